"""To check an item is a pure function, whose arguments and results can be sent to another process."""

from __future__ import annotations

import json
import pickle
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.documents import arbitrary, mutated
from tests.support.profiles import at_most
from validator.checker.checked import Checked
from validator.checker.files import FileChecker
from validator.checker.item import check_item
from validator.checker.options import Options
from validator.contract.engines import ENGINES
from validator.pointer import JSON
from validator.readers import az_cli
from validator.readers.items import Body, Document, Item, Text, Unrelated
from validator.readers.paths import File
from validator.strategies import Call, error_responses, exchanges, list_pages, update_runs

SAMPLES = sorted(path for path in (Path(__file__).parent.parent / "samples").rglob("*") if path.is_file())

OPTIONS = st.builds(Options()._replace, engine=st.sampled_from(list(ENGINES)), side=st.sampled_from([None, "request", "response"]))


def assert_pure(item: Item, options: Options) -> None:
    """Check an item twice, here and where it was sent to."""
    if isinstance(item, Unrelated):
        return
    before = deepcopy(item)
    checked = check_item(item, options, "a.json")
    assert item == before, "the input is as it was"
    assert check_item(item, options, "a.json") == checked, "there is no state"
    sent_item, sent_options = pickle.loads(pickle.dumps((item, options)))
    assert (sent_item, sent_options) == (item, options)
    assert check_item(sent_item, sent_options, "a.json") == checked
    sent: Checked = pickle.loads(pickle.dumps(checked))
    assert sent == checked


@pytest.mark.slow
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_an_item_of_a_sample(path: Path) -> None:
    for item in FileChecker(Options()).items(File(str(path), named=True)):
        for engine in ENGINES:
            assert_pure(item, Options(engine))


DOCUMENTS = st.one_of(update_runs(), list_pages(), error_responses(), arbitrary)


@pytest.mark.slow
@at_most(100)
@given(document=DOCUMENTS, options=OPTIONS, data=st.data())
def test_a_document(document: JSON, options: Options, data: st.DataObject) -> None:
    value = data.draw(st.just(document) | mutated(document))
    assert_pure(Document(az_cli.resource_form(Body(value))), options)


@at_most(50)
@given(document=update_runs(), options=OPTIONS, data=st.data())
def test_a_record_of_a_log(document: JSON, options: Options, data: st.DataObject) -> None:
    value = data.draw(st.just(document) | mutated(document))
    assert_pure(Document(Body(value), 3, 4, Text(json.dumps(value).encode(), 4)), options)


@at_most(100)
@given(call=exchanges(), options=OPTIONS, data=st.data())
def test_an_exchange(call: Call, options: Options, data: st.DataObject) -> None:
    exchange = call.exchange
    body = exchange.response
    if isinstance(body, Body) and data.draw(st.booleans()):
        exchange = replace(exchange, response=Body(data.draw(mutated(body.value))))
    assert_pure(exchange, options)
