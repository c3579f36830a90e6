# The command in a container: docker run --rm --volume "$PWD:/work:ro" updaterun check recordings/
FROM python:3.13.12-slim@sha256:f1927c75e81efd1e091dbd64b6c0ecaa5630b38635a3d1c04034ac636e1f94c8 AS build
WORKDIR /source
RUN python -m venv /opt/updaterun
COPY requirements/run.txt requirements/
RUN /opt/updaterun/bin/python -m pip install --no-cache-dir --requirement requirements/run.txt
COPY pyproject.toml hatch_build.py updaterun_pytest.py updaterun_validator.py README.md LICENSE ./
COPY schemas schemas
COPY validator validator
RUN /opt/updaterun/bin/python -m pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13.12-slim@sha256:f1927c75e81efd1e091dbd64b6c0ecaa5630b38635a3d1c04034ac636e1f94c8
COPY --from=build /opt/updaterun /opt/updaterun
ENV PATH=/opt/updaterun/bin:$PATH
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["updaterun"]
