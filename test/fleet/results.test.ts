import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { readResults, resultAsLine, resultsAsCsv, resultsAsJson } from '../../src/fleet/results.ts';
import type { DeviceResult } from '../../src/model/events.ts';

const made: DeviceResult = {
  device: 'kitchen',
  outcome: 'made',
  output: '/out/a, "b".img',
  size: 12,
  sha256: 'ab',
  fingerprint: 'sha256:cd',
};
const failed: DeviceResult = {
  device: 'attic',
  outcome: 'failed',
  output: '/out/attic.img',
  error: { code: 'output.exists', message: 'it, "that"\nexists' },
};

describe('results', () => {
  it('are CSV that any reader takes', () => {
    const text = resultsAsCsv([made, failed]);
    expect(parse(text, { columns: true })).toEqual([
      { ...made, size: '12', error: '' },
      { ...failed, size: '', sha256: '', fingerprint: '', error: 'output.exists: it, "that"\nexists' },
    ]);
  });

  it('are read back from each form', () => {
    const { error: _, ...withoutError } = failed;
    expect(readResults(resultsAsCsv([made, failed]))).toEqual([made, withoutError]);
    expect(readResults(resultsAsJson([made, failed]))).toEqual([made, failed]);
    expect(readResults(resultAsLine(made) + resultAsLine(failed))).toEqual([made, failed]);
  });

  it('are read up to where they were cut, and nothing else is taken for one', () => {
    const lines = resultAsLine(made) + resultAsLine(failed);
    expect(readResults(lines.slice(0, -20))).toEqual([made]);
    for (const text of ['', 'x', '[', '[1,{}]', '{"device":1}', '"a\nb', resultsAsJson([made]).slice(0, -5)])
      expect(readResults(text)).toEqual([]);
  });
});
