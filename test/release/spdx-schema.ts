/**
 * What SPDX 2.3 asks of a JSON document with packages (clauses 6, 7 and 11 of the specification, and its naming of
 * fields for JSON): required fields, permitted values and forms. No npm package has the schema.
 */
const text = { type: 'string', minLength: 1 };
const elementId = { type: 'string', pattern: '^SPDXRef-[a-zA-Z0-9.-]+$' };
const agent = { type: 'string', pattern: '^(NOASSERTION|(Person|Organization): [^()]+( \\([^()]*\\))?)$' };
const hexDigits: Readonly<Record<string, number>> = { SHA1: 40, SHA256: 64, SHA512: 128 };

const onePackage = {
  type: 'object',
  additionalProperties: false,
  required: ['SPDXID', 'name', 'downloadLocation', 'licenseConcluded', 'licenseDeclared', 'copyrightText'],
  properties: {
    SPDXID: elementId,
    name: text,
    versionInfo: text,
    comment: text,
    sourceInfo: text,
    supplier: agent,
    originator: agent,
    homepage: { type: 'string', format: 'uri' },
    downloadLocation: { enum: ['NOASSERTION', 'NONE'] },
    licenseConcluded: { enum: ['NOASSERTION', 'NONE'] },
    licenseDeclared: { enum: ['NOASSERTION', 'NONE'] },
    copyrightText: text,
    // True would ask for a verification code of all its files.
    filesAnalyzed: { const: false },
    primaryPackagePurpose: {
      enum: 'APPLICATION FRAMEWORK LIBRARY CONTAINER OPERATING_SYSTEM DEVICE FIRMWARE SOURCE ARCHIVE FILE INSTALL OTHER'.split(
        ' ',
      ),
    },
    checksums: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['algorithm', 'checksumValue'],
        properties: { algorithm: { enum: Object.keys(hexDigits) }, checksumValue: { type: 'string' } },
        anyOf: Object.entries(hexDigits).map(([algorithm, digits]) => ({
          properties: {
            algorithm: { const: algorithm },
            checksumValue: { type: 'string', pattern: `^[0-9a-f]{${digits}}$` },
          },
        })),
      },
    },
    externalRefs: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['referenceCategory', 'referenceType', 'referenceLocator'],
        properties: {
          referenceCategory: { enum: ['SECURITY', 'PACKAGE-MANAGER', 'PERSISTENT-ID', 'OTHER'] },
          referenceType: text,
          referenceLocator: { type: 'string', pattern: '^pkg:\\S+$' },
        },
      },
    },
  },
};

const relationship = {
  type: 'object',
  additionalProperties: false,
  required: ['spdxElementId', 'relationshipType', 'relatedSpdxElement'],
  properties: {
    spdxElementId: elementId,
    relatedSpdxElement: elementId,
    relationshipType: { enum: ['DESCRIBES', 'CONTAINS', 'DESCENDANT_OF', 'GENERATED_FROM'] },
  },
};

export const spdxSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['spdxVersion', 'dataLicense', 'SPDXID', 'name', 'documentNamespace', 'creationInfo'],
  properties: {
    spdxVersion: { const: 'SPDX-2.3' },
    dataLicense: { const: 'CC0-1.0' },
    SPDXID: { const: 'SPDXRef-DOCUMENT' },
    name: text,
    // A fragment would be the name of an element in it.
    documentNamespace: { type: 'string', format: 'uri', pattern: '^[^#]+$' },
    creationInfo: {
      type: 'object',
      additionalProperties: false,
      required: ['created', 'creators'],
      properties: {
        created: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$' },
        creators: {
          type: 'array',
          minItems: 1,
          items: { type: 'string', pattern: '^(Tool|Person|Organization): ' },
        },
      },
    },
    packages: { type: 'array', minItems: 1, items: onePackage },
    relationships: { type: 'array', minItems: 1, items: relationship },
  },
};
