/** Takes whatever an OTLP exporter sends, as a collector with nothing to do would. */
const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: async (request) => {
    await request.arrayBuffer();
    return new Response(null, { headers: { "content-type": "application/x-protobuf" } });
  },
});
console.log(`listens on ${server.url.origin}`);
