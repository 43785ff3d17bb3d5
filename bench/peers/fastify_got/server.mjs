// The peer: JSON in, {{ }} template, one upstream call with got over mutual TLS, JSON out.
// No policy, no redaction, no history, no audit: what most home-made backends do, on the client
// that the original uses.
import { readFileSync } from "node:fs";
import https from "node:https";
import Fastify from "fastify";
import got from "got";

const [port, upstream, folder] = process.argv.slice(2);
const agent = { https: new https.Agent({ keepAlive: true, maxSockets: 64 }) };
const tls = {
  certificateAuthority: readFileSync(`${folder}/ca.pem`),
  certificate: readFileSync(`${folder}/client.pem`),
  key: readFileSync(`${folder}/client.key`),
};
const path = "/items/{{ params.id }}";

const app = Fastify();
app.post("/run", async (request) => {
  const { parameters } = request.body;
  const url =
    upstream +
    path.replace(/{{\s*params\.(\w+)\s*}}/g, (_, name) => encodeURIComponent(parameters[name]));
  const response = await got(url, {
    https: tls,
    agent,
    retry: { limit: 0 },
    headers: { authorization: "Bearer bench-token" },
    responseType: "json",
  });
  return { status: "ok", data: response.body, response: { status: response.statusCode } };
});
await app.listen({ port: Number(port), host: "127.0.0.1" });
console.log("ready");
