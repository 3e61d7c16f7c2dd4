// Made of src/ by `npm run generate`. Do not edit.
import { createRequire as createRequireOfBundle } from 'node:module';
const require = createRequireOfBundle(import.meta.url);
var __knownSymbol = (name, symbol) => (symbol = Symbol[name]) ? symbol : /* @__PURE__ */ Symbol.for("Symbol." + name);
var __typeError = (msg) => {
  throw TypeError(msg);
};
var __using = (stack, value, async) => {
  if (value != null) {
    if (typeof value !== "object" && typeof value !== "function") __typeError("Object expected");
    var dispose, inner;
    if (async) dispose = value[__knownSymbol("asyncDispose")];
    if (dispose === void 0) {
      dispose = value[__knownSymbol("dispose")];
      if (async) inner = dispose;
    }
    if (typeof dispose !== "function") __typeError("Object not disposable");
    if (inner) dispose = function() {
      try {
        inner.call(this);
      } catch (e) {
        return Promise.reject(e);
      }
    };
    stack.push([async, dispose, value]);
  } else if (async) {
    stack.push([async]);
  }
  return value;
};
var __callDispose = (stack, error, hasError) => {
  var E = typeof SuppressedError === "function" ? SuppressedError : function(e, s, m, _) {
    return _ = Error(m), _.name = "SuppressedError", _.error = e, _.suppressed = s, _;
  };
  var fail = (e) => error = hasError ? new E(e, error, "An error was suppressed during disposal") : (hasError = true, e);
  var next = (it) => {
    while (it = stack.pop()) {
      try {
        var result = it[1] && it[1].call(it[2]);
        if (it[0]) return Promise.resolve(result).then(next, (e) => (fail(e), next()));
      } catch (e) {
        fail(e);
      }
    }
    if (hasError) throw error;
  };
  return next();
};

// src/build/copy-worker.ts
import { workerData } from "node:worker_threads";

// src/build/copy-base.ts
import { open } from "node:fs/promises";

// src/image/file-device.ts
import fs from "node:fs";

// src/model/errors.ts
var brand = /* @__PURE__ */ Symbol.for("pi-image.error");
var PiImageError = class extends Error {
  name = "PiImageError";
  code;
  help;
  problems;
  [brand] = true;
  constructor(code, message, details = {}) {
    super(message, details.cause === void 0 ? void 0 : { cause: details.cause });
    this.code = code;
    this.help = details.help;
    this.problems = details.problems ?? [];
  }
  /** Recognised by brand, because two copies of the package may meet in one process. */
  static is(error) {
    return typeof error === "object" && error !== null && brand in error;
  }
};

// src/model/write-failure.ts
var meanings = {
  ENOSPC: ["output.no-space", "Free some space on that disk, or write the image to another one."],
  EDQUOT: ["output.no-space", "Your quota on that disk is used up. Write the image to another one."],
  EFBIG: [
    "output.failed",
    "Files may not become that large there: FAT32 ends at 4 GiB, `ulimit -f` may set a limit. Write to another disk, or a compressed image (.img.xz)."
  ],
  EACCES: ["output.permission", "Check that you may write there."],
  EPERM: ["output.permission", "Check that you may write there."],
  EROFS: ["output.permission", "That disk is read-only. Write the image to another one."],
  ENAMETOOLONG: ["output.failed", "Choose a shorter name."]
};
function writeFailure(path, cause) {
  if (PiImageError.is(cause)) return cause;
  const reason = systemCode(cause);
  const [code, help] = meanings[reason] ?? ["output.failed", "Try again, or write to another disk."];
  return new PiImageError(code, `${path} cannot be written: ${reason}`, { help, cause });
}
function systemCode(error) {
  const code = error?.code;
  return typeof code === "string" ? code : "unknown error";
}

// src/image/bounds.ts
function checkBounds(size, position, length, what) {
  if (Number.isSafeInteger(position) && position >= 0 && length <= size - position) return;
  throw new PiImageError(
    "image.damaged",
    `${length} bytes at position ${position} do not lie inside ${what} (${size} bytes)`,
    {
      help: "A structure of the image points outside of it: the image is cut off or damaged. Download it again."
    }
  );
}

// src/image/write-all.ts
import { writeSync } from "node:fs";
function writeAllNow(descriptor, bytes, position) {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(descriptor, bytes, done, bytes.length - done, position + done);
  }
}

// src/image/file-device.ts
function openFileDevice(path, options) {
  return new OpenFile(path, options.writable);
}
var OpenFile = class {
  size;
  #path;
  #writable;
  #descriptor;
  constructor(path, writable) {
    this.#path = path;
    this.#writable = writable;
    try {
      this.#descriptor = fs.openSync(path, writable ? "r+" : "r");
    } catch (error) {
      throw openFailure(path, writable, error);
    }
    const stat = fs.fstatSync(this.#descriptor);
    if (!stat.isFile()) {
      this.close();
      throw new PiImageError("image.not-supported", `${path} is not a regular file`, {
        help: "Give the path of an image file; card readers and other devices are not edited directly."
      });
    }
    this.size = stat.size;
  }
  readInto(target, position) {
    checkBounds(this.size, position, target.length, this.#path);
    const descriptor = this.#open();
    let done = 0;
    while (done < target.length) {
      let count;
      try {
        count = fs.readSync(descriptor, target, done, target.length - done, position + done);
      } catch (error) {
        throw readFailure(this.#path, position + done, error);
      }
      if (count === 0) throw shrunk(this.#path, position + done, this.size);
      done += count;
    }
  }
  writeFrom(source, position) {
    checkBounds(this.size, position, source.length, this.#path);
    const descriptor = this.#open();
    if (!this.#writable) throw new TypeError(`${this.#path} was opened for reading only`);
    try {
      writeAllNow(descriptor, source, position);
    } catch (error) {
      throw writeFailure(this.#path, error);
    }
  }
  close() {
    if (this.#descriptor === void 0) return;
    const descriptor = this.#descriptor;
    this.#descriptor = void 0;
    fs.closeSync(descriptor);
  }
  #open() {
    if (this.#descriptor === void 0) throw new TypeError(`${this.#path} is closed already`);
    return this.#descriptor;
  }
};
function openFailure(path, writable, cause) {
  const reason = systemCode(cause);
  if (reason === "ENOENT") {
    return new PiImageError("source.not-found", `${path} does not exist`, {
      help: "Check the path.",
      cause
    });
  }
  if (writable) return writeFailure(path, cause);
  return new PiImageError("source.not-found", `${path} cannot be opened for reading: ${reason}`, {
    help: "Check that it is a file and that you may read it.",
    cause
  });
}
function readFailure(path, position, cause) {
  return new PiImageError(
    "image.damaged",
    `${path} cannot be read at position ${position}: ${systemCode(cause)}`,
    {
      help: "The disk that holds the file reports an error. Copy the file to another disk and try again.",
      cause
    }
  );
}
function shrunk(path, position, size) {
  return new PiImageError("image.damaged", `${path} ends at ${position}, it had ${size} bytes when opened`, {
    help: "Something else changed the file meanwhile. Let no other program touch it and try again."
  });
}

// src/model/early-flush.ts
var flushEvery = 32 * 1024 * 1024;
var EarlyFlush = class {
  #sync;
  #waiting = 0;
  #running;
  #failure;
  /** @param sync puts on the disk what was written to the file so far */
  constructor(sync) {
    this.#sync = sync;
  }
  /** So many bytes more were written. */
  written(bytes) {
    this.#waiting += bytes;
    if (this.#waiting >= flushEvery && !this.#running) this.start();
  }
  /** Has the disk begin with all that was written so far, when it is done with what it is at. */
  start() {
    const running = this.#running ? this.#running.then(() => this.#run()) : this.#run();
    this.#running = running;
    running.then(() => {
      if (this.#running === running) this.#running = void 0;
    });
  }
  async #run() {
    this.#waiting = 0;
    await this.#sync().catch((error) => {
      this.#failure ??= error;
    });
  }
  /** Waits for what is under way; throws when any of it failed. */
  async end() {
    await this.#running;
    if (this.#failure !== void 0) throw this.#failure;
  }
};

// src/output/raw.ts
import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";

// src/model/read-buffer.ts
var offset = 2048;
function readBuffer(size) {
  return new Uint8Array(new ArrayBuffer(size + offset), offset);
}

// src/model/zeros.ts
var zeros = Buffer.alloc(64 * 1024);
function isZero(bytes, from2 = 0, to2 = bytes.length) {
  for (let at = from2; at < to2; at += zeros.length) {
    const end = Math.min(at + zeros.length, to2);
    if (zeros.compare(bytes, at, end, 0, end - at) !== 0) return false;
  }
  return true;
}

// src/model/sparse.ts
var holeSize = 64 * 1024;
function* dataRuns(bytes) {
  let start = -1;
  for (let at = 0; at < bytes.length; at += holeSize) {
    const isData = !isZero(bytes, at, Math.min(at + holeSize, bytes.length));
    if (isData && start < 0) start = at;
    if (isData || start < 0) continue;
    yield { position: start, length: at - start };
    start = -1;
  }
  if (start >= 0) yield { position: start, length: bytes.length - start };
}

// src/output/content.ts
function wholeOf({ size }) {
  return { position: 0, length: size };
}
function* piecesOf(run, size) {
  for (let done = 0; done < run.length; done += size) {
    yield { position: run.position + done, length: Math.min(size, run.length - done) };
  }
}

// src/output/raw.ts
var pieceSize = 1024 * 1024;
async function writeRaw(content, sink, options) {
  const hash = options.digest ? createHash("sha256") : void 0;
  const whole = wholeOf(content);
  await sink.resize(content.size);
  if (sink.holdsBase) {
    await forEachPiece(content, content.dirtyRuns(), options, (bytes, at) => sink.write(bytes, at));
    if (hash) await forEachPiece(content, [whole], options, async (bytes) => void hash.update(bytes));
  } else {
    await forEachPiece(content, [whole], options, (bytes, at) => {
      const writing = writeSparse(sink, bytes, at);
      hash?.update(bytes);
      return writing;
    });
  }
  return hash?.digest("hex");
}
async function writeSparse(sink, bytes, position) {
  for (const run of dataRuns(bytes)) {
    await sink.write(bytes.subarray(run.position, run.position + run.length), position + run.position);
  }
}
async function forEachPiece(content, runs, { progress, signal }, use) {
  const buffers = [readBuffer(pieceSize), readBuffer(pieceSize)];
  let inUse = Promise.resolve();
  let turn = 0;
  for (const run of runs) {
    for (const { position, length } of piecesOf(run, pieceSize)) {
      signal?.throwIfAborted();
      const bytes = buffers[turn].subarray(0, length);
      turn = turn === 0 ? 1 : 0;
      content.readInto(bytes, position);
      await inUse;
      inUse = use(bytes, position);
      inUse.catch(() => {
      });
      progress(position + length);
      await nextTurn();
    }
  }
  await inUse;
}

// src/build/copy-base.ts
async function copyBase(from2, to2, signal) {
  var _stack = [];
  try {
    const target = __using(_stack, await open(to2, "r+"), true);
    const source = openFileDevice(from2, { writable: false });
    try {
      const flush = new EarlyFlush(() => target.datasync());
      const sink = {
        holdsBase: false,
        resize: (size) => target.truncate(size),
        async write(bytes, position) {
          writeAllNow(target.fd, bytes, position);
          flush.written(bytes.length);
        }
      };
      const content = {
        size: source.size,
        readInto: (bytes, position) => source.readInto(bytes, position),
        dirtyRuns: () => []
      };
      await writeRaw(content, sink, { digest: false, progress() {
      }, signal });
      await flush.end();
    } finally {
      source.close();
    }
  } catch (_) {
    var _error = _, _hasError = true;
  } finally {
    var _promise = __callDispose(_stack, _error, _hasError);
    _promise && await _promise;
  }
}

// src/build/copy-worker.ts
var { from, to } = workerData;
await copyBase(from, to);
