import { expect } from "chai";
import fc from "fast-check";
import { createLogger, describeError } from "../../../src/foundation/kernel/index.js";

function logged(fields: object, level: "info" | "warn" | "error" | "silent" = "info"): string[] {
  const lines: string[] = [];
  const logger = createLogger(level, { write: (line) => void lines.push(line) });
  logger.info("it happened", fields);
  return lines;
}

describe("a log line", () => {
  it("is one line of JSON with the time, the level, the message and the fields that are allowed", () => {
    const [line = ""] = logged({ requestId: "r1", status: 200, ms: 3 });
    expect(line).to.match(/^[^\n]*\n$/);
    const { time, ...rest } = JSON.parse(line) as Record<string, unknown>;
    expect(time).to.match(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(rest).to.deep.equal({ level: 30, msg: "it happened", requestId: "r1", status: 200, ms: 3 });
  });

  it("holds no other field, whatever its name", () => {
    const name = fc.oneof(
      fc.string(),
      fc.constantFrom("name", "email", "sub", "err", "msg", "__proto__", "toString"),
    );
    fc.assert(
      fc.property(name, (field) => {
        fc.pre(!["code", "error", "count", "method", "route", "frames", "address"].includes(field));
        expect(logged({ [field]: "canary-7c1" }).join("")).not.to.contain("canary-7c1");
      }),
    );
  });

  it("holds of an allowed field only a text or a number, never what hides in an object", () => {
    const canary = { toJSON: () => "canary-7c1" };
    for (const value of [
      { mail: "canary-7c1" },
      ["canary-7c1"],
      new Error("canary-7c1"),
      canary,
      () => "canary-7c1",
    ]) {
      expect(logged({ route: value, status: 200 }).join(""))
        .to.contain("200")
        .and.not.to.contain("canary-7c1");
    }
  });

  it("can't be broken in two by a value", () => {
    expect(logged({ code: 'a\n{"level":60}\r\n\u2028' }).join("").trimEnd()).not.to.match(/[\n\r]/);
  });

  it("is not written below the level", () => {
    expect(logged({}, "warn")).to.deep.equal([]);
    expect(logged({}, "silent")).to.deep.equal([]);
  });
});

describe("the description of an error nobody foresaw", () => {
  const canary = "anna.lind@academy.example";
  const textOf = (error: unknown): string => JSON.stringify(describeError(error));

  it("has its class and its frames", () => {
    const { error, frames } = describeError(new RangeError("no"));
    expect(error).to.equal("RangeError");
    expect(frames).to.match(/^at [^|]*logger\.test\.ts:\d+:\d+/);
  });

  it("has no part of its message, even of one that looks like frames", () => {
    const messages = [
      canary,
      `two lines\n${canary}`,
      `like a frame\n    at ${canary}`,
      `like a frame\n    at ${canary} (file:///tmp/x.ts:1:2)\n    at ${canary}:1:1`,
      `\n\n    at ${canary} (a:1:1)`,
    ];
    for (const message of messages) {
      expect(textOf(new Error(message)), message).not.to.contain(canary);
      expect(textOf(new TypeError(message, { cause: new Error(canary) })), message).not.to.contain(canary);
      expect(textOf(new AggregateError([new Error(canary)], message)), message).not.to.contain(canary);
    }
  });

  it("has no part of a message that was changed after the error was made", () => {
    const error = new Error(`like a frame\n    at ${canary} (a:1:1)`);
    // The stack is written down when it is first asked for.
    expect(error.stack).to.contain(canary);
    error.message = "harmless";
    expect(textOf(error)).not.to.contain(canary);
  });

  it("has no name that is not a class's", () => {
    const error = new Error("x");
    error.name = `Error of ${canary}`;
    expect(textOf(error)).not.to.contain(canary);
  });

  it("bears whatever can be thrown", () => {
    const odd = new Error("x");
    Object.defineProperty(odd, "stack", { value: { at: canary } });
    const nameless = new Error("x");
    Object.defineProperty(nameless, "name", { value: undefined });
    for (const thrown of [null, undefined, canary, 1, { message: canary }, Symbol(canary), odd, nameless]) {
      expect(textOf(thrown)).not.to.contain(canary);
    }
  });
});
