// @ts-check
// A step between the LMS and the tool: a form that needs no decision.
document.forms[0]?.submit();
