import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Most tests wait for processes of their own, so none of the cores needs to be kept free.
    maxWorkers: '100%',
    reporters: ['default', './test/reporter.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/guards/**'],
          testTimeout: 60_000,
        },
      },
      { test: { name: 'guards', include: ['test/guards/**/*.test.ts'], testTimeout: 60_000 } },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: 'test/e2e/build.ts',
          testTimeout: 120_000,
        },
      },
    ],
  },
});
