import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { Suspense } from "react";
import { expect, test } from "vitest";
import { theme } from "@/app/theme";
import { lazyPart } from "@/ui/lazyPart";
import { server } from "./server";

test("a part that can't be had says so, and what stands beside it is still there", async () => {
  server.use(http.get("/healthz", () => HttpResponse.json({})));
  const Part = lazyPart(() => Promise.reject(new TypeError("gone")));
  render(
    <MantineProvider theme={theme} env="test">
      <p>beside it</p>
      <Suspense>
        <Part />
      </Suspense>
    </MantineProvider>,
  );
  expect(await screen.findByText("This part of the page could not be loaded.")).toBeVisible();
  expect(screen.getByText("beside it")).toBeVisible();
});
