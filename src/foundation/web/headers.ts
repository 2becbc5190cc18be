import type { RequestHandler, Response } from "express";
import helmet from "helmet";

/** All security headers but the CSP, which says per page who may frame it. */
export function securityHeaders(production: boolean): RequestHandler {
  return helmet({
    contentSecurityPolicy: false,
    // frame-ancestors says it better: an LMS frames us.
    frameguard: false,
    // A platform that opens us in a new window may talk to it through window.opener.
    crossOriginOpenerPolicy: false,
    referrerPolicy: { policy: "no-referrer" },
    strictTransportSecurity: production ? { maxAge: 31_536_000, includeSubDomains: false } : false,
  });
}

// A URL's host may hold `*`, `;` and `'`, which mean something in a policy.
const plainOrigin = /^https?:\/\/[a-z0-9.-]+(:\d+)?$/;

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
  const sources = { nobody: "'none'", anyone: "*" };
  const who = typeof ancestor === "string" ? sources[ancestor] : plainOrigin.exec(ancestor.origin)?.[0];
  res.setHeader(
    "Content-Security-Policy",
    [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "font-src 'self'",
      "img-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      `form-action ${["'self'", ...formAction.filter((origin) => plainOrigin.test(origin))].join(" ")}`,
      `frame-ancestors ${who ?? "'none'"}`,
    ].join("; "),
  );
}
