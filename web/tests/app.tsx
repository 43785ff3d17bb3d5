// The whole page at an address, against the fake server.
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, RouterProvider } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { createQueryClient } from "@/api/queryClient";
import { createAppRouter } from "@/app/router";
import { theme } from "@/app/theme";

export function openPage(address: string) {
  const router = createAppRouter(createMemoryHistory({ initialEntries: [address] }));
  const view = render(
    <MantineProvider theme={theme} env="test">
      <QueryClientProvider client={createQueryClient()}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  return {
    ...view,
    router,
    user: userEvent.setup({ delay: null }),
    path: () => router.state.location.pathname,
  };
}
