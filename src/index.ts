export { type ApplyOptions, type ApplyResult, applyPatch } from './build/apply-patch.ts';
export { type BuildResult, build, plan } from './build/build.ts';
export {
  type ExplainOptions,
  explain,
  type Recipe,
  type RecipeChange,
  type RecipeRun,
} from './build/explain.ts';
export { buildFleet, type FleetOptions } from './build/fleet/build-fleet.ts';
export { type MendOptions, type MendResult, mend } from './build/mend.ts';
export { openBase } from './build/open-base.ts';
export type { Workbench } from './build/open-raw.ts';
export type { BuildOptions, OpenOptions, PlanOptions } from './build/options.ts';
export {
  type PersonalizationOptions,
  type PersonalizeOptions,
  personalize,
  planPersonalization,
} from './build/personalize.ts';
export { buildRelease, type ReleaseOptions, type ReleaseResult } from './build/release/build-release.ts';
export { type ReproduceOptions, type Reproduction, reproduce } from './build/release/reproduce.ts';
export { type PartitionReport, verify } from './build/verify.ts';
export {
  type Context,
  type Contribution,
  type Customization,
  defineCustomization,
} from './customizations/customization.ts';
export { builtInCustomizations } from './customizations/index.ts';
export { type DiffOptions, diffImages, entryDifferences } from './diff/diff-images.ts';
export type {
  ContentDifference,
  EntryDifference,
  EntryState,
  ImageDiff,
  TableDifference,
} from './diff/image-diff.ts';
export { parseCsvList } from './fleet/csv.ts';
export type { DeviceEntry, DeviceList } from './fleet/device-list.ts';
export { type Device, expandFleet, type FleetSource } from './fleet/expand.ts';
export { parseYamlList, type YamlList } from './fleet/yaml-list.ts';
export { builtInRules } from './lint/index.ts';
export { type LintFinding, type LintOptions, type LintReport, lintImage } from './lint/lint-image.ts';
export type { Finding, Level, LintContext, Rule } from './lint/rule.ts';
export type { AppliedEdit } from './model/applied.ts';
export { change, directory, type Edit, link, move, remove, write } from './model/edit.ts';
export { type ErrorCode, PiImageError, type Problem } from './model/errors.ts';
export type { BuildEvent, DeviceResult } from './model/events.ts';
export type { FirstBootStep } from './model/first-boot.ts';
export type { OsFacts } from './model/os.ts';
export type { Advice, Plan } from './model/plan.ts';
export type { Preload } from './model/preload.ts';
export { Secret } from './model/secret.ts';
export type { TextChange } from './model/text-change.ts';
export type { Tree } from './model/tree.ts';
export { type Manifest, parseManifest } from './release/manifest.ts';
export { findImage, listImages } from './source/catalogue.ts';
