import { expect } from "chai";
import fc from "fast-check";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { minutes, Secret, systemClock } from "../../../src/foundation/kernel/index.js";
import {
  createMailer,
  MailError,
  type Mail,
  type MailerOptions,
} from "../../../src/foundation/mail/index.js";
import { fixedAt } from "../../kit/clock.js";
import { aMailServer, type MailServer } from "../../kit/mail-server.js";

const address = "ana.quist@sandbox.invalid";
const aMail = (changes: Partial<Mail> = {}): Mail => ({
  ...{ to: new Secret(address), subject: "A day to be kept", text: "Until 21 November 2028.\n" },
  ...{ id: "reminder.0192", at: Date.parse("2028-05-21T09:30:00Z") },
  stopUrl: "https://tessera.example/reminders/stop/token",
  ...changes,
});
const mailer = (url: string, more: Partial<MailerOptions> = {}) =>
  createMailer({
    ...{ url: new Secret(url), from: "reminders@tessera.example", host: "tessera.example" },
    ...{ clock: systemClock, ...more },
  });

async function failureOf(sending: Promise<void>): Promise<MailError> {
  const error: unknown = await sending.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).to.be.instanceOf(MailError);
  return error as MailError;
}

describe("the mailer", () => {
  let server: MailServer;
  beforeEach(async () => {
    server = await aMailServer();
  });
  afterEach(() => server.close());

  it("hands over plain text in UTF-8, and says that a machine wrote it and how to stop it", async () => {
    const text =
      "Jusqu’au 21 novembre 2028. حتى ٢١ نوفمبر.\n\nhttps://tessera.example/reminders/stop/token\n";
    await mailer(server.url).send(aMail({ text, subject: "Une date à tenir" }));
    const [mail, ...more] = server.mails;
    expect(more).to.deep.equal([]);
    expect(mail).to.deep.include({ from: "reminders@tessera.example", to: [address] });
    expect(mail!.text.trimEnd()).to.equal(text.trimEnd());
    expect(Object.fromEntries(mail!.headers)).to.include({
      ...{ from: "reminders@tessera.example", to: address, "auto-submitted": "auto-generated" },
      ...{ "message-id": "<reminder.0192@tessera.example>", date: "Sun, 21 May 2028 09:30:00 +0000" },
      "list-unsubscribe": "<https://tessera.example/reminders/stop/token>",
      "list-unsubscribe-post": "List-Unsubscribe=One-Click",
    });
    expect(mail!.headers.get("content-type")).to.match(/^text\/plain; charset=utf-8/i);
    expect([...mail!.headers.keys()]).not.to.include("x-mailer");
  });

  it("sends the same mail a second time under the same Message-ID", async () => {
    server.refuse({ at: "data", code: 451, text: "4.3.0 later" });
    const error = await failureOf(mailer(server.url).send(aMail()));
    expect([error.code, error.permanent]).to.deep.equal(["mail_later", false]);
    server.refuse(undefined);
    for (let times = 0; times < 2; times += 1) await mailer(server.url).send(aMail());
    const ids = server.mails.map(({ headers }) => headers.get("message-id"));
    expect(ids).to.deep.equal(Array(2).fill("<reminder.0192@tessera.example>"));
  });

  const refusals = [
    ["to", 550, "5.1.1 no such user", "mail_address_refused", true],
    ["to", 550, "no such user here", "mail_address_refused", true],
    ["to", 550, "5.2.1 mailbox closed", "mail_address_refused", true],
    ["to", 554, "5.7.1 relaying denied", "mail_refused", true],
    ["to", 552, "5.2.2 mailbox full", "mail_refused", true],
    ["to", 450, "4.2.0 greylisted", "mail_later", false],
    ["from", 553, "5.7.1 sender not owned", "mail_refused", true],
    ["data", 554, "5.6.0 content refused", "mail_refused", true],
    ["data", 421, "4.3.2 shutting down", "mail_later", false],
  ] as const;
  for (const [at, code, text, wanted, permanent] of refusals)
    it(`takes “${String(code)} ${text}” (${at}) for ${wanted}`, async () => {
      server.refuse({ at, code, text });
      const error = await failureOf(mailer(server.url).send(aMail()));
      expect([error.code, error.permanent]).to.deep.equal([wanted, permanent]);
      expect(server.mails).to.deep.equal([]);
      expect(JSON.stringify([error, error.message, error.stack, error.data])).not.to.include("quist");
    });

  it("logs in with what the address says, percent-decoded, and is tried again when that is refused", async () => {
    const url = server.url.replace("://", "://us%40er:p%3Aw%2F@");
    await mailer(url).send(aMail());
    server.refuse({ at: "login", code: 535, text: "5.7.8 no" });
    const error = await failureOf(mailer(url).send(aMail()));
    expect([error.code, error.permanent]).to.deep.equal(["mail_login_refused", false]);
    expect(server.logins).to.deep.equal(["us@er p:w/", "us@er p:w/"]);
    expect(server.mails).to.have.length(1);
  });

  it("is tried again when nobody answers", async () => {
    await server.goDown();
    const error = await failureOf(mailer(server.url).send(aMail()));
    expect([error.code, error.permanent]).to.deep.equal(["mail_server_unreachable", false]);
    await server.comeBack();
    await mailer(server.url).send(aMail());
    expect(server.mails).to.have.length(1);
  });

  it("lets nothing in the words it is given become a header, an address or a command", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.constantFrom(
              "\r\n",
              "\n",
              "\r",
              "\r\nBcc: evil@x.invalid",
              "\n.\n",
              "\r\n.\r\nRSET\r\n",
              "\u2028",
            ),
            fc.string({ unit: "binary", maxLength: 20 }),
          ),
          { maxLength: 6 },
        ),
        fc.array(fc.constantFrom("\r\n.\r\nMAIL FROM:<a@b>", ".", "x", "\n..\n", "ü", "\0"), {
          maxLength: 6,
        }),
        async (subject, text) => {
          const before = server.mails.length;
          await mailer(server.url).send(aMail({ subject: subject.join(""), text: text.join("") }));
          const got = server.mails.slice(before);
          expect(got.map(({ to }) => to)).to.deep.equal([[address]]);
          const names = [...got[0]!.headers.keys()];
          const known =
            /^(from|to|subject|message-id|date|mime-version|content-.*|auto-submitted|list-unsubscribe(-post)?)$/;
          expect(names.filter((name) => !known.test(name))).to.deep.equal([]);
        },
      ),
      { numRuns: 40 },
    );
  }).timeout(60_000);

  it("never sends to more than one address, whatever an address holds", async () => {
    const odd = [
      "a@x.invalid,b@x.invalid",
      "a@x.invalid\r\nBcc: b@x.invalid",
      "a@x.invalid> RCPT TO:<b@x.invalid",
      "Group: a@x.invalid;",
      '"a@x.invalid" <b@x.invalid>',
      "a@b@x.invalid",
      "@x.invalid",
      "",
    ];
    for (const one of odd) {
      const error = await failureOf(mailer(server.url).send(aMail({ to: new Secret(one) })));
      expect(error.code, one).to.equal("mail_address_refused");
    }
    expect(server.mails).to.deep.equal([]);
  });

  it("refuses what is too large before it says anything", async () => {
    for (const large of [{ text: "x".repeat(20_001) }, { subject: "x".repeat(201) }])
      expect((await failureOf(mailer(server.url).send(aMail(large)))).code).to.equal("mail_too_large");
  });
});

describe("the mailer towards another machine", () => {
  let server: MailServer;
  afterEach(() => server.close());

  for (const startTls of [false, true])
    it(
      startTls
        ? "says neither mail nor password to a server whose certificate nobody trusts"
        : "says neither mail nor password where no encryption is offered",
      async () => {
        // An address of loopback that counts as another machine's.
        server = await aMailServer({ host: "127.0.0.2", startTls });
        const error = await failureOf(mailer(server.url.replace("://", "://user:password@")).send(aMail()));
        expect([error.code, error.permanent]).to.deep.equal(["mail_unencrypted", false]);
        expect(server.logins).to.deep.equal([]);
        expect(server.mails).to.deep.equal([]);
      },
    );
});

describe("the mailer in a crowd", () => {
  let server: MailServer;
  beforeEach(async () => {
    server = await aMailServer();
  });
  afterEach(() => server.close());

  it("leaves a server that could not be spoken to alone for a minute, and keeps nobody waiting meanwhile", async () => {
    const clock = fixedAt("2028-05-21T09:30:00Z");
    const one = mailer(server.url.replace("://", "://user:wrong@"), { clock });
    server.refuse({ at: "login", code: 535, text: "5.7.8 no" });
    for (let times = 0; times < 5; times += 1)
      expect((await failureOf(one.send(aMail()))).code).to.equal("mail_login_refused");
    expect(server.logins).to.have.length(1);
    server.refuse(undefined);
    clock.advance(minutes(1) - 1);
    expect((await failureOf(one.send(aMail()))).permanent).to.equal(false);
    clock.advance(1);
    await one.send(aMail());
    expect(server.mails).to.have.length(1);
  });

  it("goes on when a mail was refused, and the server was not at fault", async () => {
    const one = mailer(server.url);
    server.refuse({ at: "to", code: 550, text: "5.1.1 no such user" });
    await failureOf(one.send(aMail()));
    server.refuse(undefined);
    await one.send(aMail());
    expect(server.mails).to.have.length(1);
  });

  it("hands over two at once at most: the others are told so at once, and may come again soon", async () => {
    const one = mailer(server.url);
    const all = await Promise.allSettled(Array.from({ length: 6 }, () => one.send(aMail())));
    const refused = all.flatMap((each) => (each.status === "rejected" ? [each.reason as MailError] : []));
    expect(refused.map(({ code, expected, permanent }) => [code, expected, permanent])).to.deep.equal(
      Array(4).fill(["mail_busy", true, false]),
    );
    await one.send(aMail());
    expect(server.mails).to.have.length(3);
  });
});

describe("the mailer and a server that dawdles", () => {
  let server: Server;
  const sockets = new Set<Socket>();
  const listening = async (greet: (socket: Socket) => void): Promise<string> => {
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined);
      greet(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `smtp://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  };
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  it("gives up at its deadline, however busy the server looks", async () => {
    const url = await listening((socket) => {
      const timer = setInterval(() => socket.write("220-wait\r\n"), 20);
      socket.on("close", () => clearInterval(timer));
    });
    const begun = performance.now();
    const error = await failureOf(mailer(url, { deadlineMs: 300 }).send(aMail()));
    expect([error.code, error.permanent]).to.deep.equal(["mail_server_unreachable", false]);
    expect(performance.now() - begun).to.be.lessThan(3000);
  });

  it("gives up when it is told to", async () => {
    const url = await listening(() => undefined);
    const stopping = new AbortController();
    const sending = mailer(url).send(aMail({ signal: stopping.signal }));
    setTimeout(() => stopping.abort(), 50);
    expect((await failureOf(sending)).permanent).to.equal(false);
  });

  it("takes nothing for an answer but an answer", async () => {
    for (const greeting of ["HTTP/1.1 200 OK\r\n\r\n", "\0\0\0\0\r\n", "554 go away\r\n"]) {
      const url = await listening((socket) => socket.end(greeting));
      expect((await failureOf(mailer(url).send(aMail()))).permanent, greeting).to.equal(false);
      await new Promise((resolve) => server.close(resolve));
    }
    await listening(() => undefined);
  });
});
