import type { Database } from '@patchbay/prisma/database.ts'
import type { OAuthFlow } from '@patchbay/prisma/generated/client.ts'
import type { Actor } from '@patchbay/schema/context.ts'

/** Whoever began an authorization finishes it, although the callback itself carries no sign-in. */
export async function whoBegan(database: Pick<Database, 'system'>, flow: OAuthFlow): Promise<Actor> {
  const { organizationId, startedById } = flow
  const common = { organizationId, ipAddress: null, correlationId: flow.id, connectionIds: [] }
  const system: Actor = { ...common, kind: 'SYSTEM', id: null, name: 'Patchbay' }
  if (startedById === null) return system
  const { prisma } = database.system
  const user = await prisma.user.findUnique({ where: { id: startedById }, select: { name: true } })
  if (user) return { ...common, kind: 'USER', id: startedById, name: user.name }
  const isUuid = /^[0-9a-f-]{36}$/i.test(startedById)
  const key = isUuid
    ? await prisma.apiKey.findFirst({ where: { id: startedById, organizationId }, select: { name: true } })
    : null
  return key ? { ...common, kind: 'API_KEY', id: startedById, name: key.name } : system
}
