// A real OpenID provider on loopback for the tests: `node provider.mjs PORT REDIRECT_URI AFTER_SIGN_OUT`.
// Its sign-in page takes who somebody is and how they proved it; a field `cancel` gives up.
import { createServer } from "node:http";

import { Provider } from "oidc-provider";

const [port, redirect, after] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

const client = (name, more = {}) => ({
  client_id: name,
  client_secret: `${name}-secret-of-the-tests`,
  redirect_uris: [redirect.replace("NAME", name)],
  post_logout_redirect_uris: [after],
  ...more,
});

// An account is a word: "nadia", "nadia-unverified" (an address that nobody verified), "nadia-silent" (no address).
const claims = (account) => {
  const [name, kind] = account.split("-");
  const email = { email: `${name}@example.org`, email_verified: kind !== "unverified" };
  return { sub: account, ...(kind === "silent" ? {} : email) };
};

const provider = new Provider(issuer, {
  clients: [
    client("plain"),
    client("signed", { userinfo_signed_response_alg: "RS256" }),
    client("vouching"),
    client("posting", { token_endpoint_auth_method: "client_secret_post" }),
  ],
  claims: { openid: ["sub", "acr", "amr"], email: ["email", "email_verified"] },
  acrValues: ["once", "twice"],
  conformIdTokenClaims: false, // as many providers do, the identity token tells the address too
  cookies: { keys: ["a key of the tests"] },
  features: { devInteractions: { enabled: false }, jwtUserinfo: { enabled: true } },
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => claims(id) }),
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId,
      accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope("openid email");
    await grant.save();
    return grant;
  },
  ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
});

const read = async (request) => {
  let body = "";
  for await (const piece of request) body += piece;
  return new URLSearchParams(body);
};

const answer = provider.callback();
createServer(async (request, response) => {
  if (!request.url.startsWith("/interaction/")) return answer(request, response);
  if (request.method === "GET") {
    response.setHeader("Content-Type", "text/html");
    return response.end('<form method="post"><label>Who <input name="who"></label><button>OK</button></form>');
  }
  const given = await read(request);
  const login = { accountId: given.get("who"), acr: given.get("acr") ?? "once", amr: given.getAll("amr") };
  const result = given.has("cancel") ? { error: "access_denied" } : { login };
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}).listen(Number(port), "127.0.0.1", () => console.log("ready"));
