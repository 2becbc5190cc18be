import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { RequestHandler, Response } from "express";
import helmet from "helmet";

type Header = readonly [name: string, value: string];

/** All security headers but the CSP, which says per page who may frame it. They are the same for every answer. */
export function securityHeaders(production: boolean): RequestHandler {
  const headers = headersOf(
    helmet({
      contentSecurityPolicy: false,
      // frame-ancestors says it better: an LMS frames us.
      frameguard: false,
      // A platform that opens us in a new window may talk to it through window.opener.
      crossOriginOpenerPolicy: false,
      // Express's own header is switched off where it would be set.
      xPoweredBy: false,
      referrerPolicy: { policy: "no-referrer" },
      strictTransportSecurity: production ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    }),
  );
  return (_req, res, next) => {
    for (const [name, value] of headers) res.setHeader(name, value);
    next();
  };
}

/** What a middleware sets on an answer, whatever the request is. */
function headersOf(middleware: ReturnType<typeof helmet>): readonly Header[] {
  const request = new IncomingMessage(new Socket());
  const answer = new ServerResponse(request);
  middleware(request, answer, () => undefined);
  return answer.getHeaderNames().map((name) => [name, String(answer.getHeader(name))]);
}

// A URL's host may hold `*`, `;` and `'`, which mean something in a policy.
const plainOrigin = /^https?:\/\/[a-z0-9.-]+(:\d+)?$/;

const policyOf = (ancestor: string, formAction = "'self'"): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    `form-action ${formAction}`,
    `frame-ancestors ${ancestor}`,
  ].join("; ");

const usual = { nobody: policyOf("'none'"), anyone: policyOf("*") };

/**
 * Sets who may frame this page: nobody (the default of every page), one origin, or anyone (only for pages that hold
 * nothing to click: refusals of a launch).
 * An origin whose host is no plain name or IPv4 address counts as nobody.
 * @param formAction further origins that a form of this page may post to
 */
export function allowFraming(
  res: Response,
  ancestor: "nobody" | "anyone" | URL,
  formAction: readonly string[] = [],
): void {
  res.setHeader("Content-Security-Policy", policyFor(ancestor, formAction));
}

function policyFor(ancestor: "nobody" | "anyone" | URL, formAction: readonly string[]): string {
  const actions = ["'self'", ...formAction.filter((origin) => plainOrigin.test(origin))].join(" ");
  if (typeof ancestor !== "string")
    return policyOf(plainOrigin.exec(ancestor.origin)?.[0] ?? "'none'", actions);
  return formAction.length === 0
    ? usual[ancestor]
    : policyOf(ancestor === "nobody" ? "'none'" : "*", actions);
}
