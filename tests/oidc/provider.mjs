// An identity provider to test against: oidc-provider, certified for OpenID Connect, with one
// client that must use PKCE, and people who sign in without being asked. Who signs in next is
// told by GET /as/NAME. Arguments: the folder it is installed in, and our address to come back to.
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";
import { createRequire } from "node:module";

const [folder, back] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${folder}/`));
const load = (name) => import(pathToFileURL(require.resolve(name)));
const { Provider } = await load("oidc-provider");
const { generateKeyPair, exportJWK } = await load("jose");

const NUMBER = "https://id.oidc.se/claim/personalIdentityNumber";
const STRONG = "http://id.sambi.se/loa/loa3";
const PEOPLE = {
  anna: { acr: STRONG, claims: { [NUMBER]: "190001019802" } },
  weak: { acr: "http://id.sambi.se/loa/loa1", claims: { [NUMBER]: "190001019802" } },
  nameless: { acr: STRONG, claims: {} },
  stranger: { acr: STRONG, claims: { [NUMBER]: "190001019810" } },
};
let who = "anna";

const server = createServer();
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const issuer = `http://127.0.0.1:${server.address().port}`;
const key = { ...(await exportJWK((await generateKeyPair("RS256", { extractable: true })).privateKey)), alg: "RS256", use: "sig", kid: "test" };

const provider = new Provider(issuer, {
  clients: [{ client_id: "hembesok", client_secret: "a secret for tests only", redirect_uris: [back] }],
  jwks: { keys: [key] },
  cookies: { keys: ["for tests only"] },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false }, claimsParameter: { enabled: true } },
  claims: { openid: ["sub"], acr: null, auth_time: null, naturalPersonNumber: [NUMBER] },
  acrValues: [STRONG],
  scopes: ["openid", "naturalPersonNumber"],
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, ...PEOPLE[id].claims }) }),
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  async loadExistingGrant({ oidc }) {
    const grant = new oidc.provider.Grant({
      clientId: oidc.client.clientId, accountId: oidc.session.accountId,
    });
    grant.addOIDCScope("openid naturalPersonNumber");
    grant.addOIDCClaims([NUMBER, "sub", "acr", "auth_time"]);
    await grant.save();
    return grant;
  },
});

const pages = provider.callback();
server.on("request", async (request, response) => {
  if (request.url.startsWith("/as/")) {
    who = request.url.slice(4);
    response.end(who);
  } else if (request.url.startsWith("/interaction/")) {
    const login = { accountId: who, acr: PEOPLE[who].acr };
    await provider.interactionFinished(request, response, { login });
  } else {
    pages(request, response);
  }
});
console.log(issuer);
