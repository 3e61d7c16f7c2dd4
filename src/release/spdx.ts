import { createHash } from 'node:crypto';
import { type Inventory, isWebAddress, type OwnFile, type RawImage, timeText, uuidOf } from './inventory.ts';
import { type NamedPackage, namedPackages } from './package-url.ts';

type Json = Readonly<Record<string, unknown>>;

const documentId = 'SPDXRef-DOCUMENT';
const imageId = 'SPDXRef-Image';
const baseId = 'SPDXRef-Base';

/** What the image itself does not say: licences are in its /usr/share/doc, as text. */
const unknown = {
  downloadLocation: 'NOASSERTION',
  licenseConcluded: 'NOASSERTION',
  licenseDeclared: 'NOASSERTION',
  copyrightText: 'NOASSERTION',
  filesAnalyzed: false,
};

/**
 * A bill of materials in the form of SPDX 2.3 (https://spdx.github.io/spdx-spec/v2.3/), with the same content as
 * `cycloneDx`. Files of the build are packages with the purpose FILE: as files they would need a SHA-1. Pure.
 */
export function spdx({ image, base, os, packages, files, tool, time }: Inventory): Json {
  const contained = [...namedPackages(packages, os).map(debianPackage), ...files.map(filePackage)];
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: documentId,
    name: `${image.name}.img`,
    documentNamespace: `urn:uuid:${uuidOf(`spdx ${tool.version} ${image.sha256}`)}`,
    creationInfo: { created: timeText(time), creators: [`Tool: ${tool.name}-${tool.version}`] },
    packages: [
      { ...imagePackage(imageId, image), ...(os.prettyName && { comment: os.prettyName }) },
      imagePackage(baseId, base),
      ...contained,
    ],
    relationships: [
      relationship(documentId, 'DESCRIBES', imageId),
      relationship(imageId, 'DESCENDANT_OF', baseId),
      ...contained.map(({ SPDXID }) => relationship(imageId, 'CONTAINS', SPDXID)),
    ],
  };
}

function imagePackage(id: string, { name, sha256 }: RawImage) {
  return {
    SPDXID: id,
    name: `${name}.img`,
    ...unknown,
    primaryPackagePurpose: 'OPERATING_SYSTEM',
    checksums: [{ algorithm: 'SHA256', checksumValue: sha256 }],
  };
}

function debianPackage({ purl, name, version, maintainer, homepage, source }: NamedPackage) {
  return {
    SPDXID: idOf('Package', name, purl),
    name,
    versionInfo: version,
    ...(maintainer !== undefined && { originator: person(maintainer) }),
    ...unknown,
    ...(isWebAddress(homepage) && { homepage }),
    ...(source && { sourceInfo: `built of ${source.name} ${source.version}` }),
    externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl }],
  };
}

function filePackage({ path, sha256, from }: OwnFile) {
  return {
    SPDXID: idOf('File', path, path),
    name: path,
    ...unknown,
    primaryPackagePurpose: 'FILE',
    ...(sha256 !== undefined && { checksums: [{ algorithm: 'SHA256', checksumValue: sha256 }] }),
    sourceInfo: `written by pi-image: ${from.join(', ')}`,
  };
}

function relationship(from: string, relationshipType: string, to: string) {
  return { spdxElementId: from, relationshipType, relatedSpdxElement: to };
}

/** Ids have few characters, so that different names may look alike: the digest tells them apart. */
function idOf(kind: string, name: string, whole: string): string {
  const digest = createHash('sha256').update(whole).digest('hex').slice(0, 16);
  return `SPDXRef-${kind}-${name.replace(/[^a-zA-Z0-9.-]+/g, '-').replace(/^-/, '')}-${digest}`;
}

/** `Name <address>` of Debian as `Person: Name (address)`. */
function person(maintainer: string): string {
  const [, name, address] = /^(.*?)\s*<([^<>]*)>$/.exec(maintainer) ?? [];
  return `Person: ${name ? `${name.replace(/["()]/g, '')} (${address})` : maintainer.replace(/["()]/g, '')}`;
}
