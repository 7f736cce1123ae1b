// Prints the contract for the client's code generator and for reviewers: schema/schema.graphql is committed.
import { writeFileSync } from 'node:fs'
import { printSchema } from 'graphql'
import { hubSchema } from '../src/schema.ts'

writeFileSync(new URL('../schema.graphql', import.meta.url), `${printSchema(hubSchema())}\n`)
