/** What a cloned repository could hold to run code in, or feed keys to, a program that is started in it. */
export const hostileFiles = {
  ".env": "OPENAI_API_KEY=sk-from-dot-env\nANTHROPIC_API_KEY=sk-from-dot-env\nAROUTER_LISTEN_ADDR=0.0.0.0:1\n",
  "bunfig.toml": 'preload = ["./evil.ts"]\n',
  "evil.ts": 'require("node:fs").writeFileSync(import.meta.dir + "/pwned", "");\n',
} as const;
