/** The least a gateway on Bun can do: take a request, send it on, hand the answer back. UPSTREAM_URL names where to. */
const upstream = Bun.env["UPSTREAM_URL"] ?? "";
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  idleTimeout: 60,
  async fetch(request) {
    const { pathname } = new URL(request.url);
    const answer = await fetch(upstream + pathname, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: "Bearer key" },
      body: await request.arrayBuffer(),
      signal: request.signal,
    });
    return new Response(answer.body, {
      status: answer.status,
      headers: { "content-type": answer.headers.get("content-type") ?? "application/json" },
    });
  },
});
console.log(`listens on http://127.0.0.1:${server.port}`);

export {};
