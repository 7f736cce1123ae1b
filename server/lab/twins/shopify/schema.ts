/** The part of Shopify's Admin API (2026-10) that the twin answers; names and nullability as Shopify publishes them. */
export const shopifySdl = /* GraphQL */ `
  directive @idempotent(key: String!) on FIELD
  scalar DateTime
  scalar UnsignedInt64
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
    productVariants(
      first: Int
      after: String
      query: String
      reverse: Boolean = false
      sortKey: ProductVariantSortKeys = ID
    ): ProductVariantConnection!
    order(id: ID!): Order
    product(id: ID!): Product
    productVariant(id: ID!): ProductVariant
    customers(
      first: Int
      after: String
      query: String
      reverse: Boolean = false
      sortKey: CustomerSortKeys = ID
    ): CustomerConnection!
    webhookSubscription(id: ID!): WebhookSubscription
    webhookSubscriptions(
      first: Int
      after: String
      query: String
      reverse: Boolean = false
      topics: [WebhookSubscriptionTopic!]
      uri: String
      callbackUrl: URL
      format: WebhookSubscriptionFormat
    ): WebhookSubscriptionConnection!
  }
  type Mutation {
    orderCancel(
      notifyCustomer: Boolean = false
      orderId: ID!
      reason: OrderCancelReason!
      restock: Boolean!
      staffNote: String = null
    ): OrderCancelPayload
    fulfillmentCreate(fulfillment: FulfillmentInput!, message: String): FulfillmentCreatePayload
    inventorySetQuantities(input: InventorySetQuantitiesInput!): InventorySetQuantitiesPayload
    webhookSubscriptionCreate(
      topic: WebhookSubscriptionTopic!
      webhookSubscription: WebhookSubscriptionInput!
    ): WebhookSubscriptionCreatePayload
    webhookSubscriptionUpdate(id: ID!, webhookSubscription: WebhookSubscriptionInput!): WebhookSubscriptionUpdatePayload
    webhookSubscriptionDelete(id: ID!): WebhookSubscriptionDeletePayload
  }
  schema {
    query: QueryRoot
    mutation: Mutation
  }
  enum OrderSortKeys {
    CREATED_AT
    ID
    PROCESSED_AT
    UPDATED_AT
  }
  enum ProductVariantSortKeys {
    ID
    SKU
    TITLE
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
    cancelledAt: DateTime
    cancelReason: OrderCancelReason
    note: String
    tags: [String!]!
    displayFinancialStatus: String
    displayFulfillmentStatus: String!
    totalPriceSet: MoneyBag!
    customer: Customer
    shippingAddress: MailingAddress
    lineItems(first: Int, after: String): LineItemConnection!
    fulfillmentOrders(first: Int, after: String): FulfillmentOrderConnection!
  }
  enum OrderCancelReason {
    CUSTOMER
    DECLINED
    FRAUD
    INVENTORY
    OTHER
    STAFF
  }
  type Job {
    id: ID!
    done: Boolean!
  }
  type OrderCancelUserError {
    code: String
    field: [String!]
    message: String!
  }
  type OrderCancelPayload {
    job: Job
    orderCancelUserErrors: [OrderCancelUserError!]!
    userErrors: [UserError!]!
  }
  type FulfillmentOrderConnection {
    nodes: [FulfillmentOrder!]!
    pageInfo: PageInfo!
  }
  type FulfillmentOrder {
    id: ID!
    status: String!
    assignedLocation: FulfillmentOrderAssignedLocation!
  }
  type FulfillmentOrderAssignedLocation {
    name: String!
    location: Location
  }
  type Location {
    id: ID!
    name: String!
  }
  input FulfillmentInput {
    lineItemsByFulfillmentOrder: [FulfillmentOrderLineItemsInput!]!
    notifyCustomer: Boolean = false
    trackingInfo: FulfillmentTrackingInput
  }
  input FulfillmentOrderLineItemsInput {
    fulfillmentOrderId: ID!
  }
  input FulfillmentTrackingInput {
    company: String
    number: String
    numbers: [String!]
    url: URL
    urls: [URL!]
  }
  type Fulfillment {
    id: ID!
    status: String!
  }
  type FulfillmentCreatePayload {
    fulfillment: Fulfillment
    userErrors: [UserError!]!
  }
  input InventorySetQuantitiesInput {
    name: String!
    quantities: [InventoryQuantityInput!]!
    reason: String!
    referenceDocumentUri: String
  }
  input InventoryQuantityInput {
    changeFromQuantity: Int
    inventoryItemId: ID!
    locationId: ID!
    quantity: Int!
  }
  type InventoryAdjustmentGroup {
    id: ID!
    reason: String!
  }
  type InventorySetQuantitiesUserError {
    code: String
    field: [String!]
    message: String!
  }
  type InventorySetQuantitiesPayload {
    inventoryAdjustmentGroup: InventoryAdjustmentGroup
    userErrors: [InventorySetQuantitiesUserError!]!
  }
  type InventoryItem {
    id: ID!
    tracked: Boolean!
    inventoryLevels(first: Int, after: String): InventoryLevelConnection!
  }
  type InventoryLevelConnection {
    nodes: [InventoryLevel!]!
    pageInfo: PageInfo!
  }
  type InventoryLevel {
    id: ID!
    location: Location!
  }
  enum CustomerSortKeys {
    CREATED_AT
    ID
    NAME
    UPDATED_AT
  }
  type CustomerConnection {
    nodes: [Customer!]!
    pageInfo: PageInfo!
  }
  type CustomerEmailAddress {
    emailAddress: String!
  }
  type CustomerPhoneNumber {
    phoneNumber: String!
  }
  type Customer {
    id: ID!
    displayName: String!
    numberOfOrders: UnsignedInt64!
    createdAt: DateTime!
    updatedAt: DateTime!
    state: String!
    defaultEmailAddress: CustomerEmailAddress
    defaultPhoneNumber: CustomerPhoneNumber
    defaultAddress: MailingAddress
  }
  type MailingAddress {
    name: String
    company: String
    address1: String
    address2: String
    city: String
    provinceCode: String
    zip: String
    countryCodeV2: String
    phone: String
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
    originalUnitPriceSet: MoneyBag!
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
    inventoryItem: InventoryItem!
    product: Product!
    updatedAt: DateTime!
  }
  scalar URL
  type UserError {
    field: [String!]
    message: String!
  }
  enum WebhookSubscriptionFormat {
    JSON
    XML
  }
  enum WebhookSubscriptionTopic {
    APP_UNINSTALLED
    BULK_OPERATIONS_FINISH
    CHECKOUTS_CREATE
    CHECKOUTS_UPDATE
    CUSTOMERS_CREATE
    CUSTOMERS_DELETE
    CUSTOMERS_UPDATE
    DISPUTES_CREATE
    DISPUTES_UPDATE
    FULFILLMENTS_CREATE
    FULFILLMENTS_UPDATE
    INVENTORY_LEVELS_UPDATE
    ORDERS_CANCELLED
    ORDERS_CREATE
    ORDERS_DELETE
    ORDERS_EDITED
    ORDERS_FULFILLED
    ORDERS_PAID
    ORDERS_PARTIALLY_FULFILLED
    ORDERS_UPDATED
    ORDER_TRANSACTIONS_CREATE
    PRODUCTS_CREATE
    PRODUCTS_DELETE
    PRODUCTS_UPDATE
    REFUNDS_CREATE
    SHOP_UPDATE
  }
  input WebhookSubscriptionInput {
    callbackUrl: URL
    filter: String
    format: WebhookSubscriptionFormat
    includeFields: [String!]
    metafieldNamespaces: [String!]
    name: String
    uri: String
  }
  type WebhookSubscription {
    id: ID!
    topic: WebhookSubscriptionTopic!
    uri: String!
    callbackUrl: URL!
    format: WebhookSubscriptionFormat!
    filter: String
    includeFields: [String!]!
    metafieldNamespaces: [String!]!
    name: String
    createdAt: DateTime!
    updatedAt: DateTime!
  }
  type WebhookSubscriptionConnection {
    edges: [WebhookSubscriptionEdge!]!
    nodes: [WebhookSubscription!]!
    pageInfo: PageInfo!
  }
  type WebhookSubscriptionEdge {
    cursor: String!
    node: WebhookSubscription!
  }
  type WebhookSubscriptionCreatePayload {
    userErrors: [UserError!]!
    webhookSubscription: WebhookSubscription
  }
  type WebhookSubscriptionUpdatePayload {
    userErrors: [UserError!]!
    webhookSubscription: WebhookSubscription
  }
  type WebhookSubscriptionDeletePayload {
    deletedWebhookSubscriptionId: ID
    userErrors: [UserError!]!
  }
`
