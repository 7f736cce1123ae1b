import type { CodegenConfig } from '@graphql-codegen/cli'

/** Typed documents of the admin, from the printed contract: the client never imports the server. */
const config: CodegenConfig = {
  schema: 'schema/schema.graphql',
  documents: 'client/src/lib/graphql/*.graphql',
  ignoreNoDocuments: true,
  generates: {
    'client/src/lib/graphql/generated/': {
      preset: 'client',
      // Fragments spread several levels deep here; masking each of them costs more than it protects.
      // Every document by its hash, for hubs that run no others (PATCHBAY_TRUSTED_DOCUMENTS).
      presetConfig: { fragmentMasking: false, persistedDocuments: { hashAlgorithm: 'sha256' } },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        strictScalars: true,
        defaultScalarType: 'unknown',
        scalars: { DateTime: 'string', BigInt: 'string', JSON: 'unknown', ID: 'string' },
      },
    },
  },
}

export default config
