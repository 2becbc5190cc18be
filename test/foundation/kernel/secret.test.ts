import { expect } from "chai";
import { Console } from "node:console";
import { Writable } from "node:stream";
import { format, inspect } from "node:util";
import { KnownError, Secret, createLogger, errorFamily } from "../../../src/foundation/kernel/index.js";

const hidden = "correct-horse-battery";

describe("a secret", () => {
  const secret = new Secret(hidden);
  const holder = { deep: { secret }, list: [secret] };

  const printings: Record<string, () => string> = {
    String: () => String(secret),
    "a template": () => `it is ${secret as unknown as string}`,
    "a concatenation": () => "it is " + (secret as unknown as string),
    JSON: () => JSON.stringify(holder),
    inspect: () => inspect(holder, { depth: 9, showHidden: true, getters: true }),
    "inspect without customs": () => inspect(holder, { depth: 9, showHidden: true, customInspect: false }),
    "a format": () => format("%s %o %O %j", secret, secret, secret, secret),
    keys: () => Object.entries(secret).join() + JSON.stringify(Object.getOwnPropertyDescriptors(secret)),
    "a clone": () => inspect(structuredClone(holder), { depth: 9 }),
    "a copy": () => inspect(Object.assign({}, secret)),
  };
  for (const [name, print] of Object.entries(printings)) {
    it(`is not in what ${name} prints`, () => expect(print()).not.to.contain(hidden));
  }

  it("is not on the console", () => {
    const written: string[] = [];
    const stream = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        written.push(chunk.toString());
        done();
      },
    });
    const out = new Console(stream, stream);
    out.log(secret, holder, "%s", secret);
    out.error(holder);
    out.dir(holder, { depth: 9, showHidden: true });
    out.table([holder]);
    expect(written.join("")).to.contain("[secret]").and.not.to.contain(hidden);
  });

  it("is not in a log line, even as the value of a field that may be logged", () => {
    const lines: string[] = [];
    const logger = createLogger("info", { write: (line) => void lines.push(line) });
    logger.info("a line", { address: secret as unknown as string });
    expect(lines).to.have.length(1);
    expect(lines.join("")).not.to.contain(hidden);
  });

  it("comes out when asked for", () => expect(secret.reveal()).to.equal(hidden));
});

describe("an error family", () => {
  class TeaError extends errorFamily({ pot_empty: 404, pot_broken: 500 }) {}

  it("gives each code its status, its data and its cause", () => {
    const cause = new Error("why");
    const error = new TeaError("pot_empty", { cups: 0 }, { cause });
    expect(error).to.be.instanceOf(KnownError).and.instanceOf(Error);
    expect(error).to.include({ code: "pot_empty", status: 404, message: "pot_empty" });
    expect(error.data).to.deep.equal({ cups: 0 });
    expect(error.cause).to.equal(cause);
  });

  it("shows its statuses, so that the catalogues can be checked", () => {
    expect(TeaError.statuses).to.deep.equal({ pot_empty: 404, pot_broken: 500 });
  });
});
