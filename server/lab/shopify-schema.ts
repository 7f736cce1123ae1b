/** The part of Shopify's Admin API (2026-10) that the twin answers; names and nullability as Shopify publishes them. */
export const shopifySdl = /* GraphQL */ `
  scalar DateTime
  scalar Decimal
  scalar Money
  type QueryRoot {
    shop: Shop!
    currentAppInstallation: AppInstallation!
    orders(
      first: Int
      after: String
      query: String
      reverse: Boolean = false
      sortKey: OrderSortKeys = PROCESSED_AT
    ): OrderConnection!
    products(
      first: Int
      after: String
      query: String
      reverse: Boolean = false
      sortKey: ProductSortKeys = ID
    ): ProductConnection!
  }
  schema {
    query: QueryRoot
  }
  enum OrderSortKeys {
    CREATED_AT
    ID
    PROCESSED_AT
    UPDATED_AT
  }
  enum ProductSortKeys {
    ID
    TITLE
    UPDATED_AT
  }
  type Shop {
    id: ID!
    name: String!
    email: String!
    myshopifyDomain: String!
    currencyCode: String!
    plan: ShopPlan!
  }
  type ShopPlan {
    partnerDevelopment: Boolean!
    publicDisplayName: String!
  }
  type AppInstallation {
    accessScopes: [AccessScope!]!
  }
  type AccessScope {
    handle: String!
    description: String!
  }
  type PageInfo {
    endCursor: String
    hasNextPage: Boolean!
  }
  type MoneyV2 {
    amount: Decimal!
    currencyCode: String!
  }
  type MoneyBag {
    shopMoney: MoneyV2!
    presentmentMoney: MoneyV2!
  }
  type OrderConnection {
    nodes: [Order!]!
    pageInfo: PageInfo!
  }
  type Order {
    id: ID!
    name: String!
    email: String
    createdAt: DateTime!
    updatedAt: DateTime!
    displayFinancialStatus: String
    displayFulfillmentStatus: String!
    totalPriceSet: MoneyBag!
    customer: Customer
    shippingAddress: MailingAddress
    lineItems(first: Int, after: String): LineItemConnection!
  }
  type Customer {
    id: ID!
    displayName: String!
  }
  type MailingAddress {
    city: String
    countryCodeV2: String
  }
  type LineItemConnection {
    nodes: [LineItem!]!
    pageInfo: PageInfo!
  }
  type LineItem {
    id: ID!
    sku: String
    title: String!
    quantity: Int!
  }
  type ProductConnection {
    nodes: [Product!]!
    pageInfo: PageInfo!
  }
  type Product {
    id: ID!
    title: String!
    handle: String!
    status: String!
    vendor: String!
    updatedAt: DateTime!
    variants(first: Int, after: String): ProductVariantConnection!
  }
  type ProductVariantConnection {
    nodes: [ProductVariant!]!
    pageInfo: PageInfo!
  }
  type ProductVariant {
    id: ID!
    sku: String
    title: String!
    price: Money!
    inventoryQuantity: Int
  }
`
