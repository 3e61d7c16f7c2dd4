import { describe, expect, it } from 'vitest';
import { parseCsvList } from '../../src/fleet/csv.ts';
import { PiImageError } from '../../src/model/errors.ts';

const parse = (text: string | Uint8Array) =>
  parseCsvList(typeof text === 'string' ? Buffer.from(text) : text, 'fleet.csv');
const rows = (text: string) =>
  parse(text).devices.map(({ cells }) =>
    Object.fromEntries([...cells].map(([name, { text: t }]) => [name, t])),
  );

function failure(text: string | Uint8Array): PiImageError {
  try {
    parse(text);
  } catch (error) {
    if (PiImageError.is(error)) return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe('a list of devices as CSV', () => {
  it.each([
    ['plain', 'hostname,room\na,Hall\nb,\n'],
    ['of Windows, with a byte order mark', '\ufeffhostname,room\r\na,Hall\r\nb,\r\n'],
    ['without an end', 'hostname,room\na,Hall\nb,'],
    ['of old Macs', 'hostname,room\ra,Hall\rb,\r'],
    ['with semicolons', 'hostname;room\na;Hall\nb;\n'],
    ['with tabs', 'hostname\troom\na\tHall\nb\t\n'],
    ['with quotes', '"hostname","room"\n"a","Hall"\n"b",""\n'],
    ['with empty lines and rows, and spaces', '\nhostname , room\n\n a ,Hall\n , \nb,\n,\n'],
  ])('%s', (_, text) => {
    expect(rows(text)).toEqual([{ hostname: 'a', room: 'Hall' }, { hostname: 'b' }]);
  });

  it('keeps separators, quotes and line ends inside quotes', () => {
    expect(rows('hostname,note\na,"x, ""y""\nz"\n')).toEqual([{ hostname: 'a', note: 'x, "y"\nz' }]);
    expect(rows('hostname;note\na;x,y\n')).toEqual([{ hostname: 'a', note: 'x,y' }]);
  });

  it('knows where each cell stands, also behind other alphabets and broken lines', () => {
    const { devices, columns } = parse('hostname,note,x\nkü😀,"two\nlines",1\n\nb,,22\n');
    expect(columns.get('x')).toMatchObject({ line: 1, column: 15, length: 1 });
    const [first, second] = devices;
    expect(first?.cells.get('hostname')?.at).toMatchObject({ line: 2, column: 1, length: 4 });
    expect(first?.cells.get('note')?.at).toMatchObject({ line: 2, column: 6, length: 4 });
    expect(first?.cells.get('x')?.at).toMatchObject({ line: 3, column: 8, length: 1, source: '•••••",1' });
    expect(second?.cells.get('x')?.at).toEqual({
      file: 'fleet.csv',
      line: 5,
      column: 4,
      length: 2,
      source: '•,,22',
    });
  });

  it.each([
    ['nothing', '', /empty/],
    ['no device', 'hostname,room\n', /names no device/],
    ['a column twice', 'hostname,hostname\na,b\n', /second column "hostname"/],
    ['a column without a name', 'hostname,,x\na,b,c\n', /without a name/],
    ['too few values', 'hostname,room\na\n', /1 values, where the first line names 2/],
    ['too many values', 'hostname,room\na,b,c\n', /3 values/],
    ['a quote that nothing closes', 'hostname,room\na,"b\nc,d\n', /nothing closes/],
    ['text behind a quote', 'hostname,room\na,"b"c\n', /behind a closing/],
    ['a quote in the middle', 'hostname,room\na,5" screen\n', /inside a value/],
    ['a line without end', `hostname\n"${'x\n'.repeat(60_000)}"\n`, /too long/],
  ])('refuses %s', (_, text, message) => {
    const error = failure(text);
    expect(error).toMatchObject({ code: 'spec.invalid' });
    expect(error.problems.map((one) => one.message).join()).toMatch(message);
  });

  it('says the line and the column of a fault, and shows no other cell', () => {
    const [problem] = failure('hostname,pw,x\na,s3cret,5" screen\n').problems;
    expect(problem?.at).toMatchObject({ line: 2, column: 10, length: 1 });
    const [uneven] = failure('hostname,pw\na,s3cret,more\n').problems;
    expect(uneven?.at).toMatchObject({ line: 2, column: 10, source: '•,••••••,more' });
    for (const text of [
      'hostname,pw,x\na,s3cret,5" screen\n',
      'hostname,pw\na,"s3cret\n',
      'h,pw\na,"x"s3cret\n',
    ])
      expect(JSON.stringify({ ...failure(text), cause: undefined })).not.toContain('s3cret');
  });

  it('refuses what is not UTF-8, and says how to save it', () => {
    expect(failure(Buffer.from('hostname\nk\xfcche\n', 'latin1')).help).toMatch(/UTF-8/);
    expect(failure(Buffer.from('\ufeffhostname\nk\n', 'utf16le')).help).toMatch(/UTF-8/);
  });

  it('shows the first of many faults and counts the rest', () => {
    const problems = failure(`hostname,room\n${'a\n'.repeat(50)}`).problems;
    expect(problems).toHaveLength(21);
    expect(problems.at(-1)?.message).toBe('… and 30 more');
  });
});
