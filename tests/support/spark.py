"""One session of Spark for the whole suite, and the reason why there is none."""

from __future__ import annotations

import os
import shutil
import sys
from importlib.util import find_spec
from typing import Any

import pytest

MISSING = (
    "the extra spark is not installed"
    if not all(map(find_spec, ("pyspark", "pyarrow", "pandas")))
    else None
    if shutil.which("java") or os.environ.get("JAVA_HOME")
    else "Spark needs Java"
)
"""The reason why there is no session, None if there is one."""

needs_spark = [
    pytest.mark.skipif(MISSING is not None, reason=str(MISSING)),
    pytest.mark.process,
    pytest.mark.slow,
    # pyspark 3.5 does this
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning", "ignore:distutils:DeprecationWarning"),
]
"""The marks of a module whose tests use the session."""


def spark_session(**settings: str) -> Any:
    """Return the session of this process, which starts fast, and reads blocks so small that a file has many."""
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    usual = {
        "spark.master": "local[1]",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.memory": "1g",
        "spark.driver.host": "localhost",
        "spark.driver.extraJavaOptions": "-Xms512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.files.openCostInBytes": "1",
        "spark.sql.files.maxPartitionBytes": "200000",
        "spark.sql.session.timeZone": "UTC",
    }
    builder = SparkSession.builder
    for name, value in (usual | settings).items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    return spark
