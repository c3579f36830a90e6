// What a tool says of documents: node judge.mjs TOOL FOLDER SCHEMA DOCUMENT...
// FOLDER is where the tools are installed. Prints the messages about each document, and of an editor also what it shows next to each value
// of an enum that it offers.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [tool, folder, schemaPath, ...paths] = process.argv.slice(2);
const require = createRequire(`${folder}/`);
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const schema = JSON.parse(readFileSync(schemaPath, "utf8"));
const isDraft7 = schema.$schema.includes("draft-07");
const schemas = [{ uri: "file:///bundle.json", fileMatch: ["*"], schema }];

const tools = {
  // In the strictest mode that it has, in which everything is thrown that is only logged in others.
  async ajv() {
    const Ajv = require(isDraft7 ? "ajv" : "ajv/dist/2020").default;
    const ajv = new Ajv({ strict: true, allErrors: true });
    require("ajv-formats").default(ajv);
    const validate = ajv.compile(schema);
    return { judge: (text) => (validate(JSON.parse(text)) ? [] : validate.errors.map(({ message }) => message)) };
  },
  async hyperjump() {
    const { registerSchema, validate, setShouldValidateFormat } = await load(`@hyperjump/json-schema/draft-${isDraft7 ? "07" : "2020-12"}`);
    await load("@hyperjump/json-schema/formats");
    setShouldValidateFormat(true);
    registerSchema(schema);
    return {
      judge: async (text) => {
        const { valid, errors } = await validate(schema.$id, JSON.parse(text), "BASIC");
        return valid ? [] : errors.map(({ keyword }) => keyword);
      },
    };
  },
  async vscode() {
    const { getLanguageService, TextDocument } = require("vscode-json-languageservice");
    const service = getLanguageService({});
    service.configure({ validate: true, schemas });
    const open = (text) => TextDocument.create("file:///document.json", "json", 1, text);
    return {
      judge: (text) => service.doValidation(open(text), service.parseJSONDocument(open(text))),
      offer: (before, after) => {
        const document = open(before + after);
        return service.doComplete(document, document.positionAt(before.length), service.parseJSONDocument(document));
      },
      unfinished: ['{"properties": {"status": {"status": {"state": ', "}}}}"],
    };
  },
  async yaml() {
    const { getLanguageService } = require("yaml-language-server");
    const { TextDocument } = require("vscode-languageserver-textdocument");
    const fail = (_, error) => {
      throw error;
    };
    const service = getLanguageService({
      schemaRequestService: (uri) => Promise.reject(new Error(`there is no network for ${uri}`)),
      workspaceContext: { resolveRelativePath: (path, base) => new URL(path, base).href },
      telemetry: { send: fail, sendError: fail, sendTrack: fail },
      yamlSettings: { documents: { get: () => undefined }, capabilities: {} },
      clientCapabilities: {},
    });
    service.configure({ validate: true, completion: true, schemas });
    let number = 0; // a document is parsed once for its name
    const open = (text) => TextDocument.create(`file:///${number++}.yaml`, "yaml", 1, text);
    return {
      judge: (text) => service.doValidation(open(text), false),
      offer: (before, after) => {
        const document = open(before + after);
        return service.doComplete(document, document.positionAt(before.length), false);
      },
      unfinished: ["properties:\n  status:\n    status:\n      state: ", "\n"],
    };
  },
};

const { judge, offer, unfinished } = await tools[tool]();
const messages = [];
for (const path of paths) messages.push((await judge(readFileSync(path, "utf8"))).map((found) => found.message ?? found));
const items = offer ? (await offer(...unfinished)).items : [];
const offered = Object.fromEntries(items.map(({ label, documentation }) => [label, documentation?.value ?? documentation]));
console.log(JSON.stringify({ messages, offered }));
