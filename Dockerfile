# The service as a container: Debian 12, no root, works with a read-only root file system.
#
#   docker build -t vitrine .
#   docker run --rm --read-only --cap-drop ALL --security-opt no-new-privileges \
#     --env-file vitrine.env -v /srv/vitrine:/srv/vitrine:ro -p 8080:8080 vitrine
#
# Run `vitrine migrate` once per release before the new version serves: docker run … vitrine migrate

FROM debian:12-slim AS build
WORKDIR /src
# The packages change seldom and the sources often, so the packages come first.
COPY deploy/dependencies.sh deploy/dependencies.sh
RUN deploy/dependencies.sh build
COPY CMakeLists.txt openapi.yaml ./
COPY deploy/cmake deploy/cmake
COPY schema schema
COPY service service
COPY api api
COPY app app
RUN cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DVITRINE_TESTS=OFF \
  && ninja -C build vitrine \
  && strip -o /usr/local/bin/vitrine build/vitrine

FROM debian:12-slim
COPY deploy/dependencies.sh /tmp/dependencies.sh
RUN /tmp/dependencies.sh runtime && rm -rf /tmp/dependencies.sh /var/lib/apt/lists/*
COPY --from=build /usr/local/bin/vitrine /usr/local/bin/vitrine
# Inside a container loopback reaches nobody. Publish 8080 only; 9090 is for the scraper and probes.
ENV VITRINE_LISTEN=0.0.0.0:8080 VITRINE_ADMIN_LISTEN=0.0.0.0:9090
EXPOSE 8080 9090
USER 65532:65532
WORKDIR /
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["vitrine", "healthcheck"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["vitrine"]
CMD ["serve"]
