import { type Inventory, isWebAddress, type OwnFile, type RawImage, timeText, uuidOf } from './inventory.ts';
import { type NamedPackage, namedPackages, toolUrl } from './package-url.ts';

type Json = Readonly<Record<string, unknown>>;

const imageRef = 'image';

/**
 * A bill of materials in the form of CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/): the image as the subject,
 * made of the base image; in it the operating system, the Debian packages and the files of the build. Pure.
 */
export function cycloneDx({ image, base, os, packages, files, tool, time }: Inventory): Json {
  const components = [
    {
      type: 'operating-system',
      'bom-ref': 'os',
      name: os.id || 'linux',
      ...versionOf(os.version),
      description: os.prettyName,
    },
    ...namedPackages(packages, os).map(packageComponent),
    ...files.map(fileComponent),
  ];
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(`cyclonedx ${tool.version} ${image.sha256}`)}`,
    version: 1,
    metadata: {
      timestamp: timeText(time),
      lifecycles: [{ phase: 'build' }],
      tools: { components: [{ type: 'application', ...tool, purl: toolUrl(tool) }] },
      component: {
        ...imageComponent(image),
        'bom-ref': imageRef,
        pedigree: { ancestors: [imageComponent(base)] },
      },
    },
    components,
    dependencies: [{ ref: imageRef, dependsOn: components.map((one) => one['bom-ref']) }],
  };
}

function imageComponent({ name, size, sha256 }: RawImage) {
  return {
    type: 'file',
    name: `${name}.img`,
    'mime-type': 'application/octet-stream',
    hashes: [{ alg: 'SHA-256', content: sha256 }],
    properties: properties({ size: String(size) }),
  };
}

function packageComponent({ purl, name, version, arch, maintainer, homepage, source }: NamedPackage) {
  return {
    type: 'library',
    'bom-ref': purl,
    ...(maintainer !== undefined && { publisher: maintainer }),
    name,
    version,
    purl,
    ...(isWebAddress(homepage) && { externalReferences: [{ type: 'website', url: homepage }] }),
    properties: properties({
      architecture: arch,
      ...(source && { 'source-package': source.name, 'source-version': source.version }),
    }),
  };
}

function fileComponent({ path, sha256, from }: OwnFile) {
  return {
    type: 'file',
    'bom-ref': `file:${path}`,
    name: path,
    ...(sha256 !== undefined && { hashes: [{ alg: 'SHA-256', content: sha256 }] }),
    properties: properties({ customization: from.join(', ') }),
  };
}

/** Names of properties carry whose they are. */
function properties(values: Readonly<Record<string, string>>) {
  return Object.entries(values).map(([name, value]) => ({ name: `pi-image:${name}`, value }));
}

const versionOf = (version: number) => (version > 0 ? { version: String(version) } : {});
