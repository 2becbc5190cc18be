// @ts-check
// The last word of a dynamic registration: the platform, whose page frames this one, may close the frame. It says
// nothing that anybody may not hear, and the platform's origin is not always its page's (LTI Dynamic Registration 1.0 §3.7).

if (window.parent !== window) window.parent.postMessage({ subject: "org.imsglobal.lti.close" }, "*");
else window.opener?.postMessage({ subject: "org.imsglobal.lti.close" }, "*");
