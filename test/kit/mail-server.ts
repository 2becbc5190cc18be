import { SMTPServer } from "smtp-server";
import type { AddressInfo } from "node:net";

/** A mail as a server got it. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
  /** Name in small letters → value, unfolded. */
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
}

/** Where in the conversation the server says no, and what it says. */
export interface Refusal {
  readonly at: "login" | "from" | "to" | "data";
  readonly code: number;
  readonly text: string;
}

/** A real mail server on loopback. */
export interface MailServer {
  /** `smtp://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  readonly mails: readonly ReceivedMail[];
  /** Users and passwords that were sent to it. */
  readonly logins: readonly string[];
  /** From now on; `undefined`: it takes everything. */
  refuse(refusal: Refusal | undefined): void;
  /** Nobody answers at its port. */
  goDown(): Promise<void>;
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

export interface MailServerOptions {
  readonly host?: string;
  /** Offers STARTTLS, with a certificate that nobody trusts. */
  readonly startTls?: boolean;
}

export async function aMailServer({
  host = "127.0.0.1",
  startTls = false,
}: MailServerOptions = {}): Promise<MailServer> {
  const mails: ReceivedMail[] = [];
  const logins: string[] = [];
  let refusal: Refusal | undefined;
  const no = (at: Refusal["at"]): Error | undefined =>
    refusal?.at === at ? Object.assign(new Error(refusal.text), { responseCode: refusal.code }) : undefined;
  const listen = async (port: number): Promise<SMTPServer> => {
    const server = new SMTPServer({
      ...{ authOptional: true, allowInsecureAuth: true, disableReverseLookup: true, closeTimeout: 100 },
      ...{ logger: false, disabledCommands: startTls ? [] : ["STARTTLS"] },
      onAuth: (auth, _session, callback) => {
        logins.push(`${auth.username ?? ""} ${auth.password ?? ""}`);
        const error = no("login");
        if (error) callback(error);
        else callback(null, { user: auth.username ?? "" });
      },
      onMailFrom: (_address, _session, callback) => callback(no("from")),
      onRcptTo: (_address, _session, callback) => callback(no("to")),
      onData: (stream, session, callback) => {
        const chunks: Buffer[] = [];
        stream.on("data", (chunk: Buffer) => chunks.push(chunk));
        stream.on("end", () => {
          const error = no("data");
          const { mailFrom, rcptTo } = session.envelope;
          const from = mailFrom === false ? "" : mailFrom.address;
          const to = rcptTo.map(({ address }) => address);
          if (!error) mails.push({ from, to, ...read(Buffer.concat(chunks).toString("utf8")) });
          callback(error);
        });
      },
    });
    // A conversation that the other side breaks off is what some tests are about.
    server.on("error", () => undefined);
    await new Promise<void>((resolve) => server.listen(port, host, resolve));
    return server;
  };
  const end = (server: SMTPServer) => new Promise<void>((resolve) => server.close(resolve));
  let server: SMTPServer | undefined = await listen(0);
  const { port } = server.server.address() as AddressInfo;
  const goDown = async (): Promise<void> => {
    const running = server;
    server = undefined;
    if (running) await end(running);
  };
  return {
    ...{ mails, logins, port, url: `smtp://${host}:${String(port)}`, goDown, close: goDown },
    refuse: (next) => {
      refusal = next;
    },
    comeBack: async () => {
      server ??= await listen(port);
    },
  };
}

function read(raw: string): Pick<ReceivedMail, "raw" | "headers" | "text"> {
  const end = raw.indexOf("\r\n\r\n");
  const head = raw.slice(0, end).replaceAll(/\r\n[ \t]+/g, " ");
  const headers = new Map(
    head.split("\r\n").map((line): [string, string] => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return { raw, headers, text: decoded(raw.slice(end + 4), headers.get("content-transfer-encoding")) };
}

function decoded(body: string, encoding = "7bit"): string {
  if (encoding === "base64") return Buffer.from(body, "base64").toString("utf8").replaceAll("\r\n", "\n");
  const bytes =
    encoding === "quoted-printable"
      ? body
          .replaceAll(/=\r\n/g, "")
          .replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
      : body;
  return Buffer.from(bytes, encoding === "quoted-printable" ? "latin1" : "utf8")
    .toString("utf8")
    .replaceAll("\r\n", "\n");
}
