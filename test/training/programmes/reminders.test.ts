import { expect } from "chai";
import { addMonths, days, hours, minutes } from "../../../src/foundation/kernel/index.js";
import { CanarySearch } from "../../kit/canaries.js";
import { shippedCurriculum, until, words } from "../../kit/chromium.js";
import { fixedAt } from "../../kit/clock.js";
import { HttpBrowser, unescapeHtml } from "../../kit/http-browser.js";
import { storeRows } from "../../kit/store-rows.js";
import { aTool } from "../../kit/tool.js";
import { launch, Trainee } from "../../kit/trainee.js";
import {
  aScene,
  confirm,
  from,
  give,
  linkIn,
  moduleOf,
  personOf,
  reminderForms,
  start,
  sweeper,
  type Scene,
} from "./a-reminded.js";

describe("reminders by e-mail", function () {
  this.timeout(240_000);
  const address = "f3b9a1d2-canary@sandbox.invalid";
  let scene: Scene;
  let endsAt: number;

  before(async () => {
    scene = await aScene();
    await scene.earn("trainee-one");
    await scene.earn("trainee-two");
    const person = await personOf(scene, 0);
    endsAt = addMonths(person.at, 24);
  });
  after(() => scene.close());

  const stateOn = async (userKey = "trainee-one"): Promise<string> => {
    const { page } = await scene.visit(userKey, "/programmes");
    const keys = { on: "reminders.form.on", waiting: "reminders.form.waiting", none: "reminders.form.text" };
    const html = unescapeHtml(page.html);
    const found = Object.entries(keys).filter(([, key]) =>
      html.includes(words.t(key, { since: "" }).slice(0, 50)),
    );
    return found.map(([name]) => name).join();
  };

  it("are offered to who has a certificate, and to nobody else", async () => {
    expect(await stateOn()).to.equal("none");
    for (const user of ["trainee-3", "instructor"]) {
      const { page } = await scene.visit(user, "/programmes");
      expect(reminderForms(page), user).to.deep.equal([]);
      expect(page.html, user).not.to.include("reminder-address");
    }
  });

  it("begin when the address was confirmed by a button behind the mail's link, and not by opening it", async () => {
    const answer = await give(scene, "trainee-one", address);
    expect(answer.status).to.equal(200);
    expect(answer.html).not.to.include("canary");
    const [mail, ...more] = scene.server.mails;
    expect(more).to.deep.equal([]);
    expect(mail).to.deep.include({ from, to: [address] });
    expect(mail!.text)
      .to.include("Northgate")
      .and.not.match(/certificate|score|quiz/i);
    const link = linkIn(mail!.text);
    for (let times = 0; times < 2; times += 1) {
      const page = await new HttpBrowser().get(link);
      expect(page.status).to.equal(200);
      expect(page.headers.get("cache-control")).to.include("no-store");
      expect(page.headers.get("referrer-policy")).to.equal("no-referrer");
    }
    expect(await stateOn()).to.equal("waiting");
    for (const body of [undefined, new URLSearchParams({ "List-Unsubscribe": "One-Click" })])
      await fetch(link, { method: "POST", ...(body ? { body } : {}) });
    expect(await stateOn(), "what presses no button confirms nothing").to.equal("waiting");
    const confirmed = await confirm(link);
    expect(unescapeHtml(confirmed.html)).to.include(words.t("reminders.link.title", { state: "on" }));
    expect(await stateOn()).to.equal("on");
    expect(scene.server.logins[0]).to.equal("tool secret");
  });

  it("come at their borders, once each, and hold no name, no score and no certificate's address", async () => {
    const closesAt = endsAt + days(90);
    const borders = [
      [addMonths(endsAt, -6), "is open. The certificate is valid until 1 March 2029"],
      [endsAt - days(30), "is valid until 1 March 2029"],
      [endsAt, "still renews it until 30 May 2029"],
      [closesAt - days(14), "until 30 May 2029, and not later"],
    ] as const;
    for (const [at, sentence] of borders) {
      const before = scene.server.mails.length;
      scene.to(at - 1);
      await scene.sweep();
      await scene.settle();
      expect(scene.server.mails.length, sentence).to.equal(before);
      scene.to(at);
      for (let times = 0; times < 2; times += 1) await scene.sweep();
      await scene.settle();
      const [mail, ...more] = scene.server.mails.slice(before);
      expect(more).to.deep.equal([]);
      expect(mail!.to).to.deep.equal([address]);
      expect(mail!.text).to.include(sentence);
      expect(mail!.raw).not.to.match(/\/certificates\/|\/visits\/|score|Ana|%/);
      const stop = mail!.headers.get("list-unsubscribe")!;
      expect(stop).to.match(/^<http:\/\/localhost:\d+\/reminders\/stop\/[\w-]{43}>$/);
      expect(mail!.headers.get("list-unsubscribe-post")).to.equal("List-Unsubscribe=One-Click");
    }
    const names = scene.tool.sandbox
      .gradebook()
      .users.flatMap(({ id, givenName, familyName, mail }) => [...[id, mail, `${givenName} ${familyName}`]]);
    const search = new CanarySearch(names);
    expect(search.found(scene.server.mails.map(({ raw }, index) => [String(index), raw]))).to.deep.equal([]);
  });

  it("leave the address in no row, no log line, no page and no statement", async () => {
    const search = new CanarySearch([address]);
    const database = scene.tool.config.database.reveal();
    const rows = Object.entries(Object.fromEntries(await storeRows(database)));
    expect(rows.map(([name]) => name)).to.include("contacts");
    expect(search.found(rows)).to.deep.equal([]);
    expect(search.found([["log", scene.tool.log()]])).to.deep.equal([]);
    expect(scene.tool.log()).not.to.match(/reminders\/[\w-]{43}/);
    expect(search.found(scene.answers.map(({ url, body }) => [url, body]))).to.deep.equal([]);
  });

  it("are stopped by one request of the mail program, which brings nothing but itself", async () => {
    const stop = scene.server.mails.at(-1)!.headers.get("list-unsubscribe")!.slice(1, -1);
    const page = await new HttpBrowser().get(stop);
    expect(unescapeHtml(page.html)).to.include(words.t("reminders.link.title", { state: "stop" }));
    expect(await stateOn(), "opening it changes nothing").to.equal("on");
    const body = new FormData();
    body.set("List-Unsubscribe", "One-Click");
    for (let times = 0; times < 2; times += 1)
      expect((await fetch(stop, { method: "POST", body })).status).to.equal(200);
    expect(await stateOn()).to.equal("none");
    const { contacts } = Object.fromEntries(await storeRows(scene.tool.config.database.reveal()));
    expect(contacts).to.deep.equal([]);
  });

  it("are deleted with the last certificate that could be renewed", async () => {
    await give(scene, "trainee-two", address);
    await confirm(linkIn(scene.server.mails.at(-1)!.text));
    scene.to(endsAt + days(100));
    scene.tool.app.start();
    await until("the address is gone", async () => {
      const { contacts } = Object.fromEntries(await storeRows(scene.tool.config.database.reveal()));
      return contacts?.length === 0 ? true : undefined;
    });
    const { page } = await scene.visit("trainee-two", "/programmes");
    expect(reminderForms(page)).to.deep.equal([]);
  });
});

describe("reminders by e-mail when something is wrong", function () {
  this.timeout(240_000);
  let scene: Scene;
  let opensAt: number;
  const address = "someone@sandbox.invalid";

  before(async () => {
    scene = await aScene();
    await scene.earn("trainee-one");
    opensAt = addMonths((await personOf(scene, 0)).at, 18);
  });
  after(() => scene.close());

  const dead = async () => (await scene.tool.storage.outbox.deadJobs(10)).map(({ reason }) => reason);

  it("ask again after a 451, and are then the same mail", async () => {
    scene.server.refuse({ at: "data", code: 451, text: "4.3.0 later" });
    const { page, browser } = await scene.visit("trainee-one", "/programmes");
    await browser.submit(page, reminderForms(page)[0]!, { address, do: "give" });
    await scene.tool.app.outbox.drain();
    expect(scene.server.mails).to.deep.equal([]);
    scene.server.refuse(undefined);
    scene.clock.advance(minutes(1));
    await scene.settle();
    const [mail] = scene.server.mails;
    expect(mail!.headers.get("message-id")).to.match(/^<contact\.[\w-]+@localhost>$/);
    expect(await dead()).to.deep.equal([]);
    await confirm(linkIn(mail!.text));
  });

  it("lose nothing when the mail server is down for a day", async () => {
    await scene.server.goDown();
    scene.to(opensAt);
    await scene.sweep();
    for (let hour = 0; hour < 24; hour += 1) {
      await scene.tool.app.outbox.drain();
      scene.clock.advance(hours(1));
    }
    expect(await dead()).to.deep.equal([]);
    await scene.server.comeBack();
    const before = scene.server.mails.length;
    await scene.settle();
    const [mail, ...more] = scene.server.mails.slice(before);
    expect(more).to.deep.equal([]);
    expect(mail!.text).to.include("is open");
    expect(new Date(mail!.headers.get("date")!).getTime()).to.equal(Math.floor(opensAt / 1000) * 1000);
  });

  it("keep the address and leave a dead letter when the server relays for nobody", async () => {
    scene.server.refuse({ at: "to", code: 554, text: "5.7.1 relaying denied" });
    scene.to(addMonths(opensAt, 6) - days(30));
    await scene.sweep();
    await scene.settle();
    expect(await dead()).to.deep.equal(["mail_refused"]);
    scene.server.refuse(undefined);
    const [job] = await scene.tool.storage.outbox.deadJobs(10);
    const before = scene.server.mails.length;
    expect(await scene.tool.app.outbox.revive(job!.id)).to.equal(true);
    await scene.settle();
    expect(scene.server.mails).to.have.length(before + 1);
  });

  it("delete an address that is refused after a 550, and leave a dead letter that does not name it", async () => {
    scene.server.refuse({ at: "to", code: 550, text: "5.1.1 no such user someone@sandbox.invalid" });
    scene.to(addMonths(opensAt, 6));
    await scene.sweep();
    await scene.settle();
    const letters = await scene.tool.storage.outbox.deadJobs(10);
    expect(letters.map(({ reason }) => reason)).to.deep.equal(["mail_address_refused"]);
    expect(JSON.stringify(letters) + scene.tool.log()).not.to.include("someone@");
    const { contacts } = Object.fromEntries(await storeRows(scene.tool.config.database.reveal()));
    expect(contacts).to.deep.equal([]);
    scene.server.refuse(undefined);
  });

  it("refuse a form without its token, of an instructor, and an address that is none", async () => {
    const { page, browser } = await scene.visit("trainee-one", "/programmes");
    const [form] = reminderForms(page);
    const before = scene.server.mails.length;
    expect(
      (await browser.submit(page, form!, { token: "x".repeat(43), address, do: "give" })).status,
    ).to.equal(403);
    const none = await browser.submit(page, form!, {
      address: "a@b.example\r\nBcc: c@d.example",
      do: "give",
    });
    expect(none.status).to.equal(400);
    expect(unescapeHtml(none.html)).to.include(words.t("errors.mail_address_malformed.title"));
    const instructor = await scene.visit("instructor", "/programmes");
    const url = `${instructor.page.url}/reminders`;
    const forged = { ...form!, action: url };
    expect((await instructor.browser.submit(instructor.page, forged, { address })).status).to.equal(403);
    await scene.settle();
    expect(scene.server.mails).to.have.length(before);
  });

  it("answer links that are none calmly", async () => {
    for (const path of ["stop", "x", "x".repeat(43), "%00", "stop/x", "..%2f"]) {
      const page = await new HttpBrowser().get(`${scene.tool.origin}/reminders/${path}`);
      expect(page.status, path).to.be.oneOf([200, 404]);
      expect(page.headers.get("cache-control"), path).to.include("no-store");
    }
  });
});

describe("without a mail server", function () {
  this.timeout(120_000);
  it("nobody is asked for an address, and a reminder is no job that fails", async () => {
    const clock = fixedAt(start);
    const tool = await aTool({ clock });
    const curriculum = await shippedCurriculum();
    const module = moduleOf(curriculum, "M01");
    const trainee = new Trainee({ sandboxOrigin: tool.sandboxOrigin, userKey: "trainee-one", module });
    await trainee.complete();
    for (let tries = 0; tries < 20; tries += 1) {
      await tool.app.outbox.drain();
      clock.advance(5000);
    }
    const page = await trainee.browser.get(`${trainee.home!}/programmes`);
    expect(page.html).to.include("/certificates/").and.not.include("reminder-address");
    clock.advance(days(560));
    expect(await sweeper(tool, curriculum).sweep(clock.now())).to.equal(1);
    await tool.drain();
    await tool.close();
  });
});

describe("the first page of a visit", function () {
  this.timeout(120_000);
  let scene: Scene;
  let endsAt: number;
  before(async () => {
    scene = await aScene();
    await scene.earn("trainee-one");
    endsAt = addMonths((await personOf(scene, 0)).at, 24);
  });
  after(() => scene.close());

  const stripOn = async (userKey = "trainee-one"): Promise<string | undefined> => {
    const { page } = await scene.visit(userKey);
    const [, strip] = /<p class="note">([\s\S]*?)<\/p>/.exec(page.html) ?? [];
    return strip === undefined ? undefined : unescapeHtml(strip.replaceAll(/<[^>]+>/g, "")).trim();
  };
  const sentence = (phase: string, date: string): string =>
    `${words.t("learning.due.text", { phase, date })} ${words.t("learning.due.link")}`;

  it("says in one sentence what is to be done for a certificate, from its first moment on", async () => {
    const opensAt = addMonths(endsAt, -6);
    const moments = [
      [opensAt - 1, undefined],
      [opensAt, sentence("open", "1 March 2029")],
      [endsAt - 1, sentence("open", "1 March 2029")],
      [endsAt, sentence("lapsed", "30 May 2029")],
      [endsAt + days(90), sentence("lapsed", "30 May 2029")],
      [endsAt + days(90) + 1, sentence("ended", "30 May 2029")],
    ] as const;
    for (const [at, wanted] of moments) {
      scene.to(at);
      expect(await stripOn(), new Date(at).toISOString()).to.equal(wanted);
    }
  });

  it("says it on a course's own page too, to the trainee alone", async () => {
    const { sandboxOrigin } = scene.tool;
    const teacher = new HttpBrowser();
    const course = await teacher.get(`${sandboxOrigin}/course?as=instructor&course=course-1`);
    const byHand = course.forms.find(
      ({ action, html }) => action === "/course/links" && html.includes("sandbox-client"),
    );
    const added = await teacher.submit(course, byHand!);
    const link = new URL(added.url).searchParams.get("link")!;
    for (const userKey of ["trainee-one", "trainee-two", "instructor"]) {
      const browser = new HttpBrowser();
      const { html } = await browser.get(await launch(browser, { sandboxOrigin, userKey, link }));
      expect(html.includes('<p class="note">'), userKey).to.equal(userKey === "trainee-one");
    }
  });

  it("says nothing to instructors, nor to who has no certificate", async () => {
    expect(await stripOn("instructor")).to.equal(undefined);
    expect(await stripOn("trainee-two")).to.equal(undefined);
  });
});
