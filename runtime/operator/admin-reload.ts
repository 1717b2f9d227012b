import type { Reloaded } from "../server/reloaded.ts";

/** POST /admin/reload: reloads every process of the gateway and tells what came of it; 422 when it was refused. */
export async function adminReload(request: () => Promise<Reloaded>): Promise<Response> {
  const result = await request();
  const { generation } = result;
  if (result.kind === "applied") return Response.json({ applied: true, generation, problems: [] });
  return Response.json({ applied: false, generation, problems: result.problems }, { status: 422 });
}
