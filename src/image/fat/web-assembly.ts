/** The few parts of WebAssembly used here; the types of Node leave them out, and those of browsers bring too much. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

export interface WasmInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}

export type WasmImports = Readonly<Record<string, (...args: number[]) => unknown>>;
/** Compiled code; nothing here looks into it. */
export type WasmModule = object;

interface Constructors {
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (module: WasmModule, imports: Readonly<Record<string, WasmImports>>) => WasmInstance;
}

const constructors = (globalThis as unknown as { readonly WebAssembly: Constructors }).WebAssembly;

export const compile = (bytes: Uint8Array): WasmModule => new constructors.Module(bytes);

export const instantiate = (
  module: WasmModule,
  imports: Readonly<Record<string, WasmImports>>,
): WasmInstance => new constructors.Instance(module, imports);
