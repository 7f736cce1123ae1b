import { z } from 'zod'
import { definerOf, text } from './form.ts'

const define = definerOf('SOCIAL')

const words = z.object({
  id: z.string().describe('The vendor’s id of the comment or post.'),
  postId: text('The post it stands under, or in.'),
  authorId: text('The vendor’s id of who wrote it.'),
  authorName: text('As shown.'),
  text: text('What it says; null for a picture or a reaction.'),
  url: text('Where to read and answer it.'),
})
const said = {
  id: '17900000000000000',
  postId: '17890000000000000',
  authorId: '178414000',
  authorName: 'aisha.r',
  text: 'Does it come in blue?',
  url: 'https://social.example/p/1',
}

const post = z.object({
  id: text('The vendor’s id of the post; null while it has none that everybody may see.'),
  publishId: text('The vendor’s id of its publishing: what `publishPost` answered as the post’s id.'),
  url: text('Its page.'),
})
const standing = { id: '7300000000000000001', publishId: 'v_pub_url~v2.7300000000000000000', url: null }

/** Talk about you on social networks, and what became of what you published there. */
export const socialEvents = [
  define('social.comment', 'Somebody commented on a post of yours.', words, said),
  define('social.mention', 'Somebody named you in a post or comment.', words, said),
  define(
    'post.published',
    'A post was published. Whether everybody may see it is the vendor’s to decide: `post.shown` tells.',
    post,
    { ...standing, id: null },
  ),
  define('post.shown', 'Everybody may see a post now.', post, standing),
  define('post.hidden', 'No longer everybody may see a post.', post, standing),
  define(
    'post.failed',
    'A post that was begun was not published.',
    post.extend({ reason: text('Why, in the vendor’s words.') }),
    { ...standing, id: null, reason: 'picture_size_check_failed' },
  ),
]
