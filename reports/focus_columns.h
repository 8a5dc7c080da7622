/* focus_columns.h - the columns of a FOCUS export, in the order of the file: FOCUS's own by name,
 * then those of this program.
 *
 * FOCUS is the FinOps Open Cost and Usage Specification. A column has the minor version that brings
 * it: 2 stands for 1.2 and all before.
 */
#ifndef FARGAUGE_REPORTS_FOCUS_COLUMNS_H
#define FARGAUGE_REPORTS_FOCUS_COLUMNS_H

#define FG_FOCUS_COLUMN_LIST(X)                                                                    \
    X(ALLOCATED_METHOD_DETAILS, "AllocatedMethodDetails", 3)                                       \
    X(ALLOCATED_METHOD_ID, "AllocatedMethodId", 3)                                                 \
    X(ALLOCATED_RESOURCE_ID, "AllocatedResourceId", 3)                                             \
    X(ALLOCATED_RESOURCE_NAME, "AllocatedResourceName", 3)                                         \
    X(ALLOCATED_TAGS, "AllocatedTags", 3)                                                          \
    X(AVAILABILITY_ZONE, "AvailabilityZone", 2)                                                    \
    X(BILLED_COST, "BilledCost", 2)                                                                \
    X(BILLING_ACCOUNT_ID, "BillingAccountId", 2)                                                   \
    X(BILLING_ACCOUNT_NAME, "BillingAccountName", 2)                                               \
    X(BILLING_ACCOUNT_TYPE, "BillingAccountType", 2)                                               \
    X(BILLING_CURRENCY, "BillingCurrency", 2)                                                      \
    X(BILLING_PERIOD_END, "BillingPeriodEnd", 2)                                                   \
    X(BILLING_PERIOD_START, "BillingPeriodStart", 2)                                               \
    X(CAPACITY_RESERVATION_ID, "CapacityReservationId", 2)                                         \
    X(CAPACITY_RESERVATION_STATUS, "CapacityReservationStatus", 2)                                 \
    X(CHARGE_CATEGORY, "ChargeCategory", 2)                                                        \
    X(CHARGE_CLASS, "ChargeClass", 2)                                                              \
    X(CHARGE_DESCRIPTION, "ChargeDescription", 2)                                                  \
    X(CHARGE_FREQUENCY, "ChargeFrequency", 2)                                                      \
    X(CHARGE_PERIOD_END, "ChargePeriodEnd", 2)                                                     \
    X(CHARGE_PERIOD_START, "ChargePeriodStart", 2)                                                 \
    X(COMMITMENT_DISCOUNT_CATEGORY, "CommitmentDiscountCategory", 2)                               \
    X(COMMITMENT_DISCOUNT_ID, "CommitmentDiscountId", 2)                                           \
    X(COMMITMENT_DISCOUNT_NAME, "CommitmentDiscountName", 2)                                       \
    X(COMMITMENT_DISCOUNT_QUANTITY, "CommitmentDiscountQuantity", 2)                               \
    X(COMMITMENT_DISCOUNT_STATUS, "CommitmentDiscountStatus", 2)                                   \
    X(COMMITMENT_DISCOUNT_TYPE, "CommitmentDiscountType", 2)                                       \
    X(COMMITMENT_DISCOUNT_UNIT, "CommitmentDiscountUnit", 2)                                       \
    X(CONSUMED_QUANTITY, "ConsumedQuantity", 2)                                                    \
    X(CONSUMED_UNIT, "ConsumedUnit", 2)                                                            \
    X(CONTRACT_APPLIED, "ContractApplied", 3)                                                      \
    X(CONTRACTED_COST, "ContractedCost", 2)                                                        \
    X(CONTRACTED_UNIT_PRICE, "ContractedUnitPrice", 2)                                             \
    X(EFFECTIVE_COST, "EffectiveCost", 2)                                                          \
    X(HOST_PROVIDER_NAME, "HostProviderName", 3)                                                   \
    X(INVOICE_ID, "InvoiceId", 2)                                                                  \
    X(INVOICE_ISSUER_NAME, "InvoiceIssuerName", 2)                                                 \
    X(LIST_COST, "ListCost", 2)                                                                    \
    X(LIST_UNIT_PRICE, "ListUnitPrice", 2)                                                         \
    X(PRICING_CATEGORY, "PricingCategory", 2)                                                      \
    X(PRICING_CURRENCY, "PricingCurrency", 2)                                                      \
    X(PRICING_CURRENCY_CONTRACTED_UNIT_PRICE, "PricingCurrencyContractedUnitPrice", 2)             \
    X(PRICING_CURRENCY_EFFECTIVE_COST, "PricingCurrencyEffectiveCost", 2)                          \
    X(PRICING_CURRENCY_LIST_UNIT_PRICE, "PricingCurrencyListUnitPrice", 2)                         \
    X(PRICING_QUANTITY, "PricingQuantity", 2)                                                      \
    X(PRICING_UNIT, "PricingUnit", 2)                                                              \
    X(PROVIDER_NAME, "ProviderName", 2)                                                            \
    X(PUBLISHER_NAME, "PublisherName", 2)                                                          \
    X(REGION_ID, "RegionId", 2)                                                                    \
    X(REGION_NAME, "RegionName", 2)                                                                \
    X(RESOURCE_ID, "ResourceId", 2)                                                                \
    X(RESOURCE_NAME, "ResourceName", 2)                                                            \
    X(RESOURCE_TYPE, "ResourceType", 2)                                                            \
    X(SERVICE_CATEGORY, "ServiceCategory", 2)                                                      \
    X(SERVICE_NAME, "ServiceName", 2)                                                              \
    X(SERVICE_PROVIDER_NAME, "ServiceProviderName", 3)                                             \
    X(SERVICE_SUBCATEGORY, "ServiceSubcategory", 2)                                                \
    X(SKU_ID, "SkuId", 2)                                                                          \
    X(SKU_METER, "SkuMeter", 2)                                                                    \
    X(SKU_PRICE_DETAILS, "SkuPriceDetails", 2)                                                     \
    X(SKU_PRICE_ID, "SkuPriceId", 2)                                                               \
    X(SUB_ACCOUNT_ID, "SubAccountId", 2)                                                           \
    X(SUB_ACCOUNT_NAME, "SubAccountName", 2)                                                       \
    X(SUB_ACCOUNT_TYPE, "SubAccountType", 2)                                                       \
    X(TAGS, "Tags", 2)                                                                             \
    X(X_ALLOCATION_GROUP, "x_AllocationGroup", 2)                                                  \
    X(X_CHARGE, "x_Charge", 2)                                                                     \
    X(X_NAMESPACE, "x_Namespace", 2)                                                               \
    X(X_POOL, "x_Pool", 2)                                                                         \
    X(X_SCENARIO, "x_Scenario", 2)                                                                 \
    X(X_WORKLOAD, "x_Workload", 2)

enum fg_focus_column {
#define X(constant, name, since) FG_FOCUS_##constant,
    FG_FOCUS_COLUMN_LIST(X)
#undef X
        FG_FOCUS_COLUMN_COUNT
};

enum fg_focus_version { FG_FOCUS_1_2 = 2, FG_FOCUS_1_3 = 3 };

const char *fg_focus_column_name(enum fg_focus_column column);
int fg_focus_column_since(enum fg_focus_column column);

#endif
