import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A key and a certificate for 127.0.0.1 that nobody but itself signed, valid for a day. Needs `openssl`. */
export async function selfSigned(): Promise<Readonly<{ key: string; cert: string }>> {
  const folder = await mkdtemp(join(tmpdir(), "arouter-certificate-"));
  try {
    const key = join(folder, "key.pem");
    const cert = join(folder, "cert.pem");
    const subject = ["-subj", "/CN=127.0.0.1", "-days", "1", "-keyout", key, "-out", cert];
    const made = Bun.spawnSync(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", ...subject]);
    if (!made.success) throw new Error(`openssl: ${made.stderr.toString()}`);
    return { key: await readFile(key, "utf8"), cert: await readFile(cert, "utf8") };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
