"""Print what editors and other validators make of a bundle in each of its forms, and write that into the handbook: `make editors`."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.editors.documents import CLEAN, judged_documents
from validator.contract import schemas
from validator.contract.bundle import Bundle, Draft

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
FOLDER = ROOT / "build" / "editors"
PAGE = ROOT / "docs" / "editors.md"
TOOLS: dict[str, dict[str, str]] = json.loads((HERE / "tools.json").read_text())

FORMS: dict[str, tuple[bool, Draft]] = {
    "`--bundle`": (False, "2020-12"),
    "`--strict`": (True, "2020-12"),
    "`--draft 7`": (False, "7"),
    "`--strict --draft 7`": (True, "7"),
}
LINT_EXCEPTIONS = {
    "description_trailing_period": "a description is a sentence, or several",
    "simple_properties_identifiers": "`$schema`, which a strict bundle allows a document to have, cannot have another name",
}
"""The rules of sourcemeta's linter that a bundle does not keep, with the reason."""

_PYTHON_MODEL = """
import json, sys
from pydantic import TypeAdapter, ValidationError
sys.path.insert(0, sys.argv[1])
from model import UpdateRun
for path in sys.argv[2:]:
    try:
        TypeAdapter(UpdateRun).validate_json(open(path).read())
        print(1)
    except ValidationError:
        print(0)
"""
_JAVASCRIPT_MODEL = """
const { toUpdateRun } = require(process.argv[1] + "/model.js");
for (const path of process.argv.slice(2)) {
  try { toUpdateRun(require("fs").readFileSync(path, "utf8")); console.log(1); } catch { console.log(0); }
}
"""


class Refused(Exception):
    """A tool did not load a bundle; its argument is what the tool said."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool: its package, what judges documents by a bundle with it, and which kinds of documents it can judge at all.

    A code generator gets a bundle of UpdateRun, and what it generates is the judge.
    """

    name: str
    package: str
    judge: Callable[[Path, list[Path]], tuple[list[bool], str]]
    kinds: tuple[str, ...] = tuple(CLEAN)
    versions: dict[str, str] = field(default_factory=lambda: TOOLS["npm"])

    @property
    def is_generator(self) -> bool:
        """Whether the tool makes code of a schema."""
        return self.kinds != tuple(CLEAN)


def _output(*command: str | Path, ok: tuple[int, ...] = (0,)) -> str:
    process = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    if process.returncode not in ok:
        raise Refused((process.stderr or process.stdout).strip().splitlines()[-1])
    return process.stdout


def _node(tool: str) -> Callable[[Path, list[Path]], tuple[list[bool], str]]:
    def judge(bundle: Path, paths: list[Path]) -> tuple[list[bool], str]:
        said = json.loads(_output("node", HERE / "judge.mjs", tool, FOLDER, bundle, *paths))
        offered: dict[str, str | None] = said["offered"]
        described = len(set(offered.values()) - {None})
        return [not messages for messages in said["messages"]], f"offers {len(offered)} states, {described} described" if offered else ""

    return judge


def _sourcemeta(bundle: Path, paths: list[Path]) -> tuple[list[bool], str]:
    program = ["node", str(FOLDER / "node_modules/@sourcemeta/jsonschema/npm/cli.js")]
    _output(*program, "metaschema", bundle)
    _output(*program, "lint", *(f"--exclude={rule}" for rule in LINT_EXCEPTIONS), bundle)
    validate = [*program, "validate", "--format-assertion", str(bundle)]
    accepted = [subprocess.run([*validate, str(path)], capture_output=True, check=False).returncode == 0 for path in paths]
    return accepted, "its linter finds nothing else"


def _check_jsonschema(bundle: Path, paths: list[Path]) -> tuple[list[bool], str]:
    program = FOLDER / "venv" / "bin" / "check-jsonschema"
    _output(program, "--check-metaschema", bundle)
    report = json.loads(_output(program, "--schemafile", bundle, "--output-format", "JSON", *paths, ok=(0, 1)))
    faulty = {error["filename"] for error in report.get("errors", ())}
    return [str(path) not in faulty for path in paths], ""


def _datamodel_code_generator(bundle: Path, paths: list[Path]) -> tuple[list[bool], str]:
    programs = FOLDER / "venv" / "bin"
    form = ("--input-file-type", "jsonschema", "--output-model-type", "pydantic_v2.BaseModel", "--formatters", "builtin")
    _output(programs / "datamodel-codegen", "--input", bundle, "--output", bundle.parent / "model.py", *form)
    accepted = _output(programs / "python", "-c", _PYTHON_MODEL, bundle.parent, *paths)
    return [line == "1" for line in accepted.split()], ""


def _quicktype(bundle: Path, paths: list[Path]) -> tuple[list[bool], str]:
    form = ("--src-lang", "schema", "--lang", "javascript", "--top-level", "UpdateRun")
    _output("node", FOLDER / "node_modules/quicktype/dist/index.js", *form, "--out", bundle.parent / "model.js", bundle)
    accepted = _output("node", "-e", _JAVASCRIPT_MODEL, bundle.parent, *paths)
    return [line == "1" for line in accepted.split()], ""


_GENERATED = ("run", "request")
ROWS = (
    Tool("VS Code's JSON", "vscode-json-languageservice", _node("vscode")),
    Tool("YAML in VS Code and others", "yaml-language-server", _node("yaml")),
    Tool("Ajv, strict", "ajv", _node("ajv")),
    Tool("Hyperjump", "@hyperjump/json-schema", _node("hyperjump")),
    Tool("sourcemeta", "@sourcemeta/jsonschema", _sourcemeta),
    Tool("check-jsonschema", "check-jsonschema", _check_jsonschema, versions=TOOLS["pip"]),
    Tool("pydantic models", "datamodel-code-generator", _datamodel_code_generator, _GENERATED, TOOLS["pip"]),
    Tool("quicktype, JavaScript", "quicktype", _quicktype, _GENERATED),
)


def install_tools() -> None:
    """Install the tools of `tools.json` into `build/`, unless those are there."""
    wanted = json.dumps(TOOLS)
    if (FOLDER / "done").exists() and (FOLDER / "done").read_text() == wanted:
        return
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    packages = [f"{name}@{version}" for name, version in TOOLS["npm"].items()]
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    subprocess.run(["npm", "install", *quiet, "--prefix", str(FOLDER), *packages], check=True)
    venv.create(FOLDER / "venv", with_pip=True)
    pins = [f"{name}=={version}" for name, version in TOOLS["pip"].items()]
    subprocess.run([str(FOLDER / "venv" / "bin" / "python"), "-m", "pip", "install", "--quiet", *pins], check=True)
    (FOLDER / "done").write_text(wanted)


def judged(tool: Tool, *, is_strict: bool, draft: Draft) -> tuple[int, int, str]:
    """Return how many documents a tool judges as we do by a bundle, of how many, and what else there is to say."""
    folder = FOLDER / "work"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    form = Bundle(schemas.load(), is_strict, draft)
    bundle = folder / "bundle.json"
    bundle.write_text(json.dumps(form.of_definition("UpdateRun") if tool.is_generator else form.of_documents()))
    paths, expected = [], []
    for number, (document, is_accepted) in enumerate(judged_documents(is_strict=is_strict, kinds=tool.kinds)):
        paths.append(folder / f"{number}.json")
        paths[-1].write_text(json.dumps(document))
        expected.append(is_accepted)
    accepted, remark = tool.judge(bundle, paths)
    return sum(map(bool.__eq__, accepted, expected)), len(expected), remark


def table() -> Iterator[list[str]]:
    """Yield the rows of the table: a tool, its version, what it makes of each form, and a remark."""
    for tool in ROWS:
        cells, remarks = [], []
        for is_strict, draft in FORMS.values():
            try:
                right, number, remark = judged(tool, is_strict=is_strict, draft=draft)
            except Refused as refused:
                right, number, remark = 0, 1, f"refused: {refused}"
            cells.append(f"{right} of {number}")
            remarks.append(remark)
        yield [tool.name, f"{tool.package} {tool.versions[tool.package]}", *cells, "; ".join(dict.fromkeys(filter(None, remarks)))]


def main() -> int:
    """Return 1 if a tool other than a code generator judges otherwise than we do."""
    install_tools()
    rows = list(table())
    lines = [["for", "tool", *FORMS, "remark"], ["---"] * (len(FORMS) + 3), *rows]
    text = "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
    sys.stdout.write(text)
    page = PAGE.read_text()
    start, end = page.index("| for | tool |"), page.rindex("|\n") + 2
    PAGE.write_text(page[:start] + text + page[end:])
    judges = [cells[2:-1] for tool, cells in zip(ROWS, rows, strict=True) if not tool.is_generator]
    return int(any(len(set(cell.split(" of "))) > 1 for cells in judges for cell in cells))


if __name__ == "__main__":
    sys.exit(main())
