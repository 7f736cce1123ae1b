import Bell from '@lucide/svelte/icons/bell'
import Mail from '@lucide/svelte/icons/mail'
import MessageSquare from '@lucide/svelte/icons/message-square'
import Zap from '@lucide/svelte/icons/zap'
import type { Look } from '#lib/components/ui/health-look.ts'
import type { AlertChannelKind } from '#lib/graphql/generated/graphql.ts'

/** Sign of a way alerts reach people. */
export const channelIcon: Readonly<Record<AlertChannelKind, Look['icon']>> = {
  IN_APP: Bell,
  EMAIL: Mail,
  SLACK: MessageSquare,
  EVENT: Zap,
}
