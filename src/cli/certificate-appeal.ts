import { Command } from "commander";
import { CertificatesError, type Appeals } from "../trust/certificates/index.js";
import { describe, factsFrom } from "./certificate-facts.js";
import { withGround } from "./compose.js";
import { answer, withJson } from "./context.js";

type Verb = keyof Appeals;

/** `tessera certificate appeal …`: what a holder did against a revocation, and what was decided about that. */
export function certificateAppealCommand(): Command {
  return new Command("appeal")
    .description("a holder objects to a revocation")
    .addCommand(verbCommand("open", "openAppeal", "put on record that the holder objects", "who took it in"))
    .addCommand(
      verbCommand(
        "uphold",
        "upholdAppeal",
        "the holder is right: what was announced won't come",
        "who decided",
      ),
    )
    .addCommand(verbCommand("dismiss", "dismissAppeal", "the revocation stands", "who decided"));
}

function verbCommand(name: string, verb: Verb, description: string, who: string): Command {
  return withJson(new Command(name))
    .description(description)
    .argument("<id>", "the last part of its address")
    .requiredOption("--by <who>", `${who}: an office or a role`)
    .action(async (id: string, { by, json }: { readonly by: string; readonly json?: boolean }) => {
      const shown = await withGround(async (context) => {
        const record = await context.issuing.find(id);
        if (!record) throw new CertificatesError("certificate_unknown");
        const decided = await context.certificates[verb](record, id, { decidedBy: by });
        return { facts: await factsFrom(decided, context), isSuccessor: decided.id !== id };
      });
      if (!shown.facts) throw new CertificatesError("certificate_unknown");
      answer({ json }, shown.facts, [
        ...(shown.isSuccessor ? ["its successor:"] : []),
        ...describe(shown.facts),
      ]);
    });
}
