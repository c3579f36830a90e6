"""DataFrames of findings: from logs in JSON Lines, from tables, and from files of any container."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal

from ..checker.options import Options
from ..contract.schemas import AUTO, check_version
from ..findings import Side
from ..limits import MAX_FILE, MAX_RECORD
from ..readers.az_cli import ONLY_MESSAGE
from ..wording import listed
from .blocks import blocks_of
from .rows import FINDINGS

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

LINES = ("body", "source", "entry", "line", "turn")
"""The columns of a DataFrame of `lines`."""

_MISSING = "a worker cannot import updaterun-validator ({}): install it, with its extra spark, on each machine of the cluster"


def check(
    df: DataFrame,
    *,
    body: str = "body",
    source: str | None = None,
    entry: str | None = None,
    order: Sequence[str] = (),
    history: Literal["source", "all"] | None = "source",
    side: Side | None = None,
    version: str = AUTO,
) -> DataFrame:
    """Check the records of a table, and return a DataFrame of findings with the columns FINDINGS, in no order.

    `body` is the column of records, as JSON text or bytes; rows without one have no record. `source` is the column of what a finding names
    as the file, and `entry` that of the record's number. The captures of a run in one source are a history, with `all` those in the whole
    table, with None there is none. `order` are the columns whose values, one after another, order the captures of a run. The DataFrame of
    `lines` has all these columns already. `side` and `version` are those of `validator.check`.

    Raises ValueError for a column that the table does not have or of another type, for a history without an order, and for an unknown
    argument; LookupError for an unknown version. A query of the DataFrame raises an error if the order is not definite.
    """
    from pyspark.sql import functions as F  # noqa: N812 - as Spark's documentation has it

    is_lines = tuple(df.columns) == LINES
    if is_lines:
        source, entry, order = source or "source", entry or "entry", order or ("turn", "entry")
    keys = [order] if isinstance(order, str) else [*order]
    if history not in ("source", "all", None):
        raise ValueError(f"expected 'source', 'all' or None for the history, found {history!r}")
    if history is not None and not keys:
        raise ValueError(
            "a table has no order of its own, and an accidental one makes wrong findings about histories: name the columns that order the "
            "captures of a run, such as order=['TimeGenerated'], or pass history=None"
        )
    _check_options(side, version)
    _check_columns(df, [body, *(name for name in (source, entry) if name is not None), *keys])
    kind = df.select(body).dtypes[0][1]
    if kind not in ("string", "binary"):
        raise ValueError(f"expected a column of strings or bytes for the body, found {body!r} of the type {kind}")
    turn = [F.col(name).alias(f"order{index}") for index, name in enumerate(keys)] or [F.lit(0).alias("order0")]
    rows = df.where(F.col(body).isNotNull()).select(
        _cut(F.col(body)).alias("body"),
        (F.lit("") if source is None else F.coalesce(F.col(source).cast("string"), F.lit(""))).alias("source"),
        (F.lit(None) if entry is None else F.col(entry)).cast("bigint").alias("entry"),
        (F.col("line") if is_lines else F.lit(1)).cast("bigint").alias("line"),
        F.struct(*turn).alias("turn"),
        F.monotonically_increasing_id().alias("row"),
    )
    kind = rows.schema["turn"].dataType.simpleString()
    schema = f"key string, turn {kind}, row bigint, number bigint, capture binary, finding struct<{FINDINGS}>"
    checked = rows.mapInArrow(on_worker("check", side, version, history), schema)
    if history is None:
        return checked.select("finding.*")
    return checked.repartition("key").sortWithinPartitions("key", "turn", "row", "number").mapInArrow(on_worker("fold_by_run"), FINDINGS)


def lines(spark: SparkSession, paths: str | Sequence[str]) -> DataFrame:
    """Return the records of files of JSON Lines, for `check`, with the entry and the line of each in its file.

    `paths` are files, folders or globs, as `spark.read.text` takes them. The files are in the order of their addresses.

    This runs a query that counts the lines of each block of the files. The files are read again when the DataFrame is used, and a query of
    it raises an error if one has changed since or is split in another way.
    """
    from pyspark.sql import functions as F  # noqa: N812

    value = F.col("value")
    is_message = value.rlike(rf"\A{ONLY_MESSAGE}") & (F.octet_length(value) <= MAX_RECORD)
    # The first operand decides for nearly all lines, without a regular expression.
    is_record = value.startswith("{") | ~(value.rlike(r"\A[ \t\n\r\x0B\f]*\z") | is_message)
    # Only a line feed ends a line: a lone carriage return is part of a record.
    text = spark.read.options(lineSep="\n", recursiveFileLookup=True).text(paths if isinstance(paths, str) else [*paths])
    read = text.select(
        _cut(value).alias("body"),
        F.col("_metadata.file_path").alias("file"),
        F.col("_metadata.file_block_start").alias("start"),
        is_record.alias("is_record"),
        F.col("_metadata.file_size").alias("size"),
        F.octet_length(value).alias("octets"),
    )
    counts = read.groupBy("file", "start").agg(
        F.count(F.lit(1)).alias("lines"),
        F.sum(F.col("is_record").cast("bigint")).alias("entries"),
        F.sum(F.col("octets").cast("bigint") + 1).alias("bytes"),
        F.max("size").alias("size"),
    )
    numbered = on_worker("number", blocks_of(counts.collect()))
    schema = "body binary, source string, entry bigint, line bigint, turn bigint"
    return read.select("body", "file", "start", "is_record").mapInArrow(numbered, schema)


def check_files(spark: SparkSession, paths: str | Sequence[str], *, side: Side | None = None, version: str = AUTO) -> DataFrame:
    """Check files of any container, each as `updaterun check` does, and return a DataFrame of findings with the columns FINDINGS.

    `paths` are files, folders or globs. A file above the limit of size is a finding.
    """
    from pyspark.sql import functions as F  # noqa: N812

    _check_options(side, version)
    files = spark.read.format("binaryFile").options(recursiveFileLookup=True).load(paths if isinstance(paths, str) else [*paths])
    source = F.col("_metadata.file_path").alias("source")
    small = files.where(F.col("length") <= MAX_FILE).select(source, "content")
    large = files.where(F.col("length") > MAX_FILE).select(source, F.lit(None).cast("binary").alias("content"))  # the content is not read
    return small.unionAll(large).mapInArrow(on_worker("check_files", Options(version=version, side=side)), FINDINGS)


def _check_options(side: str | None, version: str) -> None:
    if side not in (None, "request", "response"):
        raise ValueError(f"expected request or response for the side, found {side!r}")
    check_version(version)


def _check_columns(df: DataFrame, names: Iterable[str]) -> None:
    known = {name.lower() for name in df.columns}
    for name in names:
        if name.partition(".")[0].lower() not in known and name.lower() not in known:
            raise ValueError(f"the table has no column {name!r}; it has {listed(df.columns, 'and')}")


def _cut(text: Column) -> Column:
    """Return a record as bytes; of one above the limit no more than shows that it is."""
    from pyspark.sql import functions as F  # noqa: N812

    data = text.cast("binary")
    return F.when(F.octet_length(data) > MAX_RECORD, F.substring(data, 1, MAX_RECORD + 1)).otherwise(data)


def on_worker(name: str, *arguments: Any) -> Callable[[Iterable[Any]], Iterator[Any]]:
    """Return a function of `stages` with its last arguments, in a form in which workers without this package say that they lack it."""
    sent, missing = pickle.dumps(arguments), _MISSING

    def run(batches: Iterable[Any]) -> Iterator[Any]:
        try:
            from . import stages
        except ImportError as error:
            raise RuntimeError(missing.format(error)) from None
        yield from getattr(stages, name)(batches, *pickle.loads(sent))  # noqa: S301 - sent by this function

    return run
