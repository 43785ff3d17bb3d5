// Starts the page: styles with this view's nonce, saved colour scheme, router and query cache.
import "@mantine/core/styles.css";
import "./app/page.css";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createQueryClient } from "@/api/queryClient";
import { createAppRouter } from "@/app/router";
import { cssVariables, theme } from "@/app/theme";
import { pageNonce } from "@/lib/nonce";

// Read by `get-nonce`, through which the scroll lock of dialogs adds its style.
Object.assign(globalThis, { __webpack_nonce__: pageNonce() });

const queryClient = createQueryClient();
const router = createAppRouter();
const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={pageNonce}
    >
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
