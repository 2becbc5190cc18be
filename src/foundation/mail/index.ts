export { MailError } from "./errors.js";
export { createMailer, type Mail, type Mailer, type MailerOptions } from "./mailer.js";
