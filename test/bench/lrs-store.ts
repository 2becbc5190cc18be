import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Agent, request } from "undici";

const headers = {
  "x-experience-api-version": "1.0.3",
  "content-type": "application/json",
  authorization: "x",
};

/** A record store in a process of its own. */
export interface Store {
  /** GET with this query, or POST of this body; rejects unless it is answered by 200. */
  ask(query: string, body?: string): Promise<void>;
  /** User and system time of all its threads so far; Linux alone tells it. */
  cpuSeconds(): Promise<number>;
  close(): Promise<void>;
}

/** @param connections how many requests may be under way */
export async function startStore(address: string, connections: number): Promise<Store> {
  const script = fileURLToPath(new URL("lrs-server.ts", import.meta.url));
  const options = (process.env["BENCH_LRS_NODE"] ?? "").split(" ").filter(Boolean);
  const child = spawn(process.execPath, [...options, "--import=tsx", script, address], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit").then(() => Promise.reject(new Error("the store ended at its start")));
  const [port] = (await Promise.race([once(child.stdout, "data"), ended])) as [Buffer];
  ended.catch(() => undefined);
  const agent = new Agent({ connections });
  const url = `http://127.0.0.1:${port.toString().trim()}/xapi/statements`;
  return {
    async ask(query, body) {
      const answer = await request(`${url}${query}`, {
        ...{ dispatcher: agent, method: body === undefined ? "GET" : "POST", headers },
        ...(body === undefined ? {} : { body }),
      });
      const text = await answer.body.text();
      if (answer.statusCode !== 200) throw new Error(`${String(answer.statusCode)} ${text}`);
    },
    async cpuSeconds() {
      const stat = await readFile(`/proc/${String(child.pid)}/stat`, "utf8").catch(() => "");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const [user = 0, system = 0] = fields.slice(11, 13).map(Number);
      return (user + system) / 100;
    },
    async close() {
      await agent.close();
      const end = once(child, "exit");
      child.kill();
      await end;
    },
  };
}
