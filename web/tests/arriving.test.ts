import { HttpResponse, http } from "msw";
import { expect, test } from "vitest";
import { arriving } from "@/lib/arriving";
import { isReachable, setReachable } from "@/lib/reachability";
import { server } from "./server";

const gone = () => Promise.reject(new TypeError("Failed to fetch dynamically imported module"));

test("a part that is wanted while the server is away comes when it is back", async () => {
  server.use(http.get("/healthz", () => HttpResponse.error()));
  let tries = 0;
  const part = arriving(() => {
    tries += 1;
    return tries === 1 ? gone() : Promise.resolve("the part");
  });
  await expect.poll(isReachable).toBe(false);
  expect(tries).toBe(1);
  setReachable(true);
  expect(await part).toBe("the part");
});

test("a part that is gone while the server is there is not waited for", async () => {
  server.use(http.get("/healthz", () => HttpResponse.json({})));
  await expect(arriving(gone)).rejects.toThrow("Failed to fetch");
  expect(isReachable()).toBe(true);
});
