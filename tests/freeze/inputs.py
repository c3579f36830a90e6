"""The inputs: samples, cases and the corpus of the fuzzer as files, and documents, broken ones, histories and recordings by the thousand.

What is generated comes in ten parts, which are alike.
"""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.support.case_files import CASES, bases, cases, file_names
from tests.support.hostile import rows
from tests.support.lives import FAULTS, LIVES, broken, captures

from .mutation import Mutator

ROOT = Path(__file__).parent.parent.parent
PARTS = 10
MOST_BYTES = 20 * 2**20
KINDS = {"update-run": 1000, "request": 500, "list": 300, "error": 300, "UpdateRunStatus": 60, "UpdateStage": 60, "MemberUpdateStatus": 60}
"""How many documents of a kind each part has."""

RECOGNISED = ("update-run", "request", "list", "error")

Call = dict[str, Any]
"""An exchange, by the names that `Exchange.of` has for its parts."""


def write_all(folder: Path) -> int:
    """Write every input into a folder that is new or empty."""
    shutil.copytree(ROOT / "samples", folder / "samples")
    shutil.copytree(ROOT / "tests" / "fuzz" / "corpus", folder / "corpus")
    calls = list(_write_cases(folder / "cases"))
    save_lines(folder / "api.jsonl", calls)
    for row in rows():
        made = row.bytes()
        if len(made) <= MOST_BYTES:
            save(folder / "hostile" / f"{row.topic} {row.name}".replace("/", " ") / row.file, made)
    known = [case["value"] for case in calls if "definition" not in case and isinstance(case["value"], dict | list)]
    for part in range(PARTS):
        _write_part(folder, str(part), known)
    output_of("check", "cases/rules", "--baseline", "known.json", "--update-baseline", cwd=folder)
    expected = json.loads((folder / "known.json").read_bytes())["expected"]
    # Some findings are new, and some have vanished.
    kept = [row | {"pointer": row["pointer"] + "/gone" * (number % 50 == 0)} for number, row in enumerate(expected) if number % 9]
    save(folder / "known.json", indented({"expected": kept}))
    return 0


def _write_cases(folder: Path) -> Iterator[dict[str, Any]]:
    """Write what the cases are about, and give the values that the API is to check."""
    for name, base in bases().items():
        save(folder / "bases" / f"{name}.json", indented(base))
    for topic, file in [(each, file) for each in ("rules", "normal") for file in file_names(each)]:
        recorded = []
        for number, case in enumerate(cases(topic, file)):
            path, is_call = folder / topic / file / f"{number}.json", not (case.recorded or case.is_document)
            save(path, indented(recording("oav", [case.value]) if is_call else case.value))
            if is_call:
                recorded.append(case.value)
            if isinstance(case.value, list):
                save_lines(path.with_suffix(".jsonl"), case.value)
            if not case.recorded:
                yield {"value": case.value, "side": case.side, "exchange": is_call}
        if recorded:
            save(folder / topic / file / "all.json", indented(recording("test-proxy", recorded)))
    for path in sorted((CASES / "definitions").rglob("*.json")):
        values = [test["data"] for group in json.loads(path.read_bytes()) for test in group["tests"]]
        save_lines(folder / path.relative_to(CASES).with_suffix(".jsonl"), values)
        yield from ({"value": value, "definition": path.stem} for value in values)
    reported = [(name, list(captures(name))) for name in LIVES]
    reported += [(fault.history, broken(fault)) for fault in FAULTS]
    for number, (name, polls) in enumerate(reported):
        save_lines(folder / "histories" / f"{name}-{number}.jsonl", polls)
        save(folder / "histories" / f"{name}-{number}.json", indented(polls))
        yield {"value": polls}


def _write_part(folder: Path, part: str, known: list[Any]) -> None:
    mutator = Mutator(f"part {part}", known)
    whole: list[Any] = []
    for kind, count in KINDS.items():
        made = generated_output(kind, count, part, "jsonl")
        save(folder / "documents" / part / f"{kind}.jsonl", made)
        whole += map(json.loads, made.splitlines()) if kind in RECOGNISED else ()
    har = generated_output("exchange", 200, part, "har")
    save(folder / "documents" / part / "exchanges.har", har)
    save(folder / "documents" / part / "exchanges.yaml", generated_output("exchange", 200, part, "vcr"))
    save(folder / "documents" / part / "history.har", generated_output("history", 5, part, "har"))
    histories: dict[str, list[Any]] = defaultdict(list)
    for poll in map(json.loads, generated_output("history", 220, part, "jsonl").splitlines()):
        histories[poll["id"]].append(poll)
    _write_broken(folder / "broken" / part, mutator, whole, known)
    _write_histories(folder, part, mutator, list(histories.values()))
    _write_recordings(folder / "recordings" / part, mutator, [_call(entry) for entry in json.loads(har)["log"]["entries"]])


def _write_broken(folder: Path, mutator: Mutator, whole: list[Any], known: list[Any]) -> None:
    dice = mutator.dice
    broken = [mutator.document(dice.choice(dice.choice((whole, whole, known)))) for _ in range(3200)]
    for number in range(3):
        written = [json.dumps(one, ensure_ascii=dice.random() < 0.5) for one in broken[number * 1000 : (number + 1) * 1000]]
        save(folder / f"{number}.jsonl", "\n".join(mutator.text(one) if dice.random() < 0.03 else one for one in written))
    save(folder / "array.json", indented(broken[3000:3100]))
    aliases = (f"  {name}: &{name} [{', '.join([f'*{below}'] * 10)}]\n" for name, below in zip("bcdefg", "abcdef", strict=True))
    save(folder / "aliases.yaml", f"properties:\n  a: &a {[0] * 10}\n{''.join(aliases)}")
    for number, one in enumerate(broken[3100:]):
        alone, ending = (indented(one), "json") if number % 3 else (yaml.safe_dump(one, sort_keys=False), "yaml")
        save(folder / f"{number}.{ending}", mutator.text(alone) if number % 7 == 0 else alone)


def _write_histories(folder: Path, part: str, mutator: Mutator, histories: list[list[Any]]) -> None:
    number = 0
    while histories:
        many = mutator.dice.randint(1, 12)
        polls = _interleaved(mutator, [_varied(mutator, polls) for polls in histories[:many]])
        histories = histories[many:]
        save_lines(folder / "histories" / part / f"{number}.jsonl", polls)
        for index, poll in enumerate(polls if number < 5 else ()):
            save(folder / "split" / part / str(number) / f"poll-{index}.json", indented(poll))
        number += 1


def _varied(mutator: Mutator, polls: list[Any]) -> list[Any]:
    """Thin a history, and shuffle it, repeat a poll, change one or two, or write some as the az CLI does."""
    dice = mutator.dice
    kept = [polls[index] for index in sorted(dice.sample(range(len(polls)), min(len(polls), dice.randint(2, 14))))]
    at, way = dice.randrange(len(kept)), dice.randrange(8)
    if way == 0:
        dice.shuffle(kept)
    elif way == 1:
        kept.insert(at, kept[at - 1])
    elif way < 5:
        kept[at], kept[-1] = mutator.document(kept[at]), dice.choice((kept[-1], mutator.document(kept[-1])))
    elif way == 5:
        return [_flattened(poll) for poll in kept]
    return kept


def _flattened(run: Any) -> Any:
    nothing = {"updateStrategyId": None, "autoUpgradeProfileId": None, "resourceGroup": "fleets"}
    return nothing | {key: value for key, value in run.items() if key != "properties"} | run["properties"]


def _interleaved(mutator: Mutator, histories: list[list[Any]]) -> list[Any]:
    turns = [index for index, polls in enumerate(histories) for _ in polls]
    if mutator.dice.random() < 0.8:
        mutator.dice.shuffle(turns)
    left = list(map(iter, histories))
    return [next(left[index]) for index in turns]


def _write_recordings(folder: Path, mutator: Mutator, calls: list[Call]) -> None:
    dice = mutator.dice
    for number in range(60):
        name = list(SHAPES)[number % len(SHAPES)]
        made = recording(name, [mutator.call(call) for call in dice.sample(calls, 8)])
        broken = mutator.document(made) if dice.random() < 0.3 else made
        as_yaml = "vcr" in name and dice.random() < 0.7
        written = yaml.safe_dump(broken, sort_keys=False) if as_yaml else indented(broken)
        for _ in range(dice.choice((0, 0, 0, 1, 2))):
            written = mutator.text(written)
        path, data = folder / f"{number}-{name}.{'yaml' if as_yaml else 'json'}", written.encode(errors="replace")
        if dice.random() < 0.1:
            save(path.with_name(f"{path.name}.gz"), gzip.compress(data, mtime=0)[: dice.choice((None, None, -9))])
        else:
            save(path, data)


# Recordings


def _call(entry: Any) -> Call:
    sent, answer = entry["request"], entry["response"]
    bodies = [json.loads(body.get("text", "null")) for body in (sent.get("postData", {}), answer["content"])]
    return {"method": sent["method"], "url": sent["url"], "status": answer["status"], "request": bodies[0], "response": bodies[1]}


SHAPES: dict[str, tuple[Any, Any]] = {
    "har": (
        {"log": {"entries": "@entries"}},
        {
            "request": {"method": "@method", "url": "@url", "postData": {"text": "@request text"}},
            "response": {"status": "@status", "content": {"text": "@response text"}},
        },
    ),
    "vcr": (
        {"interactions": "@entries", "version": 1},
        {
            "request": {"method": "@method", "uri": "@url", "body": "@request text"},
            "response": {"status": {"code": "@status"}, "body": {"string": "@response text"}},
        },
    ),
    "go-vcr": (
        {"version": 2, "interactions": "@entries"},
        {
            "request": {"method": "@method", "url": "@url", "body": "@request text"},
            "response": {"code": "@status", "body": "@response text"},
        },
    ),
    "test-proxy": (
        {"Entries": "@entries"},
        {"RequestMethod": "@method", "RequestUri": "@url", "StatusCode": "@status", "RequestBody": "@request", "ResponseBody": "@response"},
    ),
    "powershell": (
        "@by name",
        {
            "Request": {"Method": "@method", "RequestUri": "@url", "Content": "@request text"},
            "Response": {"StatusCode": "@status", "Content": "@response text"},
        },
    ),
    "oav": (
        "@first",
        {
            "liveRequest": {"method": "@method", "url": "@url", "body": "@request"},
            "liveResponse": {"statusCode": "@status text", "body": "@response"},
        },
    ),
}
"""The shape of a recording of each kind, and of an entry of it; `@` and a name stand for a value."""


def recording(kind: str, calls: Iterable[Call]) -> Any:
    """Write a recording of exchanges."""
    whole, shape = SHAPES[kind]
    entries = []
    for call in calls:
        values = {"request": None, "response": None} | call
        texts = {f"{side} text": "" if values[side] is None else json.dumps(values[side]) for side in ("request", "response")}
        entries.append(_substituted(shape, values | texts | {"status text": str(call["status"])}))
    by_name = {f"test {number}": entry for number, entry in enumerate(entries)}
    return _substituted(whole, {"entries": entries, "by name": by_name, "first": entries[0]})


def _substituted(shape: Any, values: dict[str, Any]) -> Any:
    if isinstance(shape, dict):
        return {key: _substituted(below, values) for key, below in shape.items()}
    return values[shape[1:]] if isinstance(shape, str) and shape.startswith("@") else shape


# Commands and files


def output_of(*arguments: str, cwd: Path = ROOT) -> bytes:
    """Run the command of this tree, and give what it writes."""
    environment = {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "validator", *arguments], cwd=cwd, env=environment, stdout=subprocess.PIPE, check=True
    ).stdout


def generated_output(kind: str, count: int, part: str, form: str) -> bytes:
    """Generate documents of a kind."""
    return output_of("generate", kind, "--count", str(count), "--seed", part, "--format", form)


def indented(value: Any) -> str:
    """Write a value as JSON to be read."""
    return json.dumps(value, indent=2) + "\n"


def save_lines(path: Path, values: Iterable[Any]) -> None:
    """Write values as JSON Lines."""
    save(path, "".join(json.dumps(value) + "\n" for value in values))


def save(path: Path, content: str | bytes) -> None:
    """Write a file into a folder that may be new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode(errors="surrogatepass") if isinstance(content, str) else content)
