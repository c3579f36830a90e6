// What an editor says of documents: node open.cjs FOLDER SCHEMA DOCUMENT...
// FOLDER is where the language service is installed.
const { readFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const [folder, schema, ...paths] = process.argv.slice(2);
const { getLanguageService, TextDocument } = createRequire(`${folder}/`)("vscode-json-languageservice");

const service = getLanguageService({});
const bundle = JSON.parse(readFileSync(schema, "utf8"));
service.configure({ validate: true, schemas: [{ uri: "file:///bundle.json", fileMatch: ["*"], schema: bundle }] });

async function opened(path) {
  const document = TextDocument.create("file:///document.json", "json", 1, readFileSync(path, "utf8"));
  const parsed = service.parseJSONDocument(document);
  const problems = await service.doValidation(document, parsed);
  const at = (word) => document.positionAt(document.getText().indexOf(word) + 1);
  const hover = async (word) => (await service.doHover(document, at(word), parsed))?.contents[0];
  const values = await service.doComplete(document, at('"Running"'), parsed);
  return {
    problems: problems.map(({ range, message }) => [range.start.line + 1, document.getText(range).slice(0, 40), message]),
    hovers: { version: await hover('"kubernetesVersion"'), wait: await hover('"afterStageWaitInSeconds"') },
    values: Object.fromEntries(values.items.map(({ label, documentation }) => [JSON.parse(label), documentation.value ?? documentation])),
  };
}

Promise.all(paths.map(opened)).then((found) => console.log(JSON.stringify(found)));
