import express, { type Request, type RequestHandler } from "express";
import { LrsError } from "../errors.js";

const methods = ["GET", "HEAD", "PUT", "POST", "DELETE"];
const headerNames = [
  "Authorization",
  "X-Experience-API-Version",
  "Content-Type",
  "Content-Length",
  "If-Match",
  "If-None-Match",
];

const alternateMethod = (req: Request): string | null =>
  req.method === "POST" ? new URLSearchParams(/\?(.*)$/s.exec(req.url)?.[1] ?? "").get("method") : null;

/**
 * The alternate request syntax (1.0.3 Communication 1.3): a POST whose query says another method and whose form holds
 * the parameters, some headers and the content. It becomes the request that it stands for. 2.0 has it no more and gets
 * `lrs_parameter_unknown`. Throws `lrs_form_malformed`, `lrs_parameters_conflict`.
 * @param limit bytes of a form
 */
export function readAlternate(limit: number): RequestHandler[] {
  const raw = express.raw({ type: () => true, limit }) as RequestHandler;
  return [
    (req, res, next) => (alternateMethod(req) === null ? next() : raw(req, res, next)),
    (req, _res, next) => {
      const method = alternateMethod(req);
      if (method !== null) become(req, method);
      next();
    },
  ];
}

function become(req: Request, method: string): void {
  if (!methods.includes(method)) throw new LrsError("lrs_parameter_malformed", { name: "method" });
  const [path = "", query = ""] = req.url.split("?", 2);
  const extra = [...new URLSearchParams(query).keys()];
  // Communication 1.3: nothing but the method stands in the address.
  if (extra.length > 1) throw new LrsError("lrs_parameters_conflict", { names: extra });
  const form = formOf(req);
  takeHeaders(req, form);
  const content = form.get("content");
  if ((method === "PUT" || method === "POST") && content === undefined) throw malformed("content_missing");
  const parameters = [...form].filter(([name]) => name !== "content" && !headerNames.includes(name));
  req.method = method;
  req.url = `${path}?${new URLSearchParams(parameters).toString()}`;
  req.body = Buffer.from(content ?? "", "utf8");
}

function takeHeaders(req: Request, form: ReadonlyMap<string, string>): void {
  req.headers["content-type"] = "application/json";
  for (const name of headerNames) {
    const value = form.get(name);
    if (value !== undefined) req.headers[name.toLowerCase()] = value;
  }
  if (req.get("X-Experience-API-Version")?.startsWith("2.") === true)
    throw new LrsError("lrs_parameter_unknown", { name: "method" });
}

function formOf(req: Request): Map<string, string> {
  const type = (req.get("Content-Type") ?? "").toLowerCase();
  if (!/^application\/x-www-form-urlencoded\s*(?:;|$)/.test(type)) throw malformed("content_type");
  const form = new Map<string, string>();
  const text = Buffer.isBuffer(req.body) ? req.body.toString("latin1") : "";
  for (const pair of text.split("&").filter((one) => one !== "")) {
    const [name, value] = [pair.split("=", 1)[0] ?? "", pair.slice(pair.indexOf("=") + 1)].map(decoded);
    if (name === undefined || value === undefined || !pair.includes("=")) throw malformed("encoding");
    if (form.has(name)) throw new LrsError("lrs_parameters_conflict", { names: [name.slice(0, 200)] });
    form.set(name, value);
  }
  return form;
}

/** `undefined` for what is no percent-encoded UTF-8. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}

function malformed(rule: string): LrsError {
  return new LrsError("lrs_form_malformed", { rule });
}
