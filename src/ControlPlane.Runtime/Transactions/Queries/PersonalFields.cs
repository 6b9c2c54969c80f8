using System.Collections.Frozen;

namespace ControlPlane.Runtime.Transactions.Queries;

/// <summary>
/// The closed lists of fields that hold personal data, compared without case, hyphens and underscores. City, postal code
/// and country stay readable: carriers and taxes are checked by them, and without name and street they point to nobody.
/// </summary>
internal static class PersonalFields
{
    /// <summary>Personal wherever they stand.</summary>
    private static readonly FrozenSet<string> Anywhere = Set(
        // Names
        "firstName", "lastName", "middleName", "givenName", "familyName", "surname", "fullName", "displayName", "customerName", "buyerName", "recipientName", "receiverName", "contactName",
        "sellToCustomerName", "sellToContact", "billToName", "billToContact", "billToCustomerName", "shipToName", "shipToContact", "shipToFirstName", "shipToLastName", "shippingName", "billingName",
        "consigneeName", "attention", "attn", "careOf", "salutation", "company", "companyName",
        // Streets
        "address1", "address2", "address3", "line1", "line2", "line3", "addressLine", "addressLine1", "addressLine2", "addressLine3", "street", "street1", "street2", "streetName", "streetAddress",
        "houseNumber", "houseNo", "shipToAddress", "shipToAddress2", "shipToAddressLine1", "shipToAddressLine2", "sellToAddress", "sellToAddress2", "sellToAddressLine1", "sellToAddressLine2",
        "billToAddress", "billToAddress2", "billToAddressLine1", "billToAddressLine2", "latitude", "longitude",
        // Phones and mail
        "phone", "phone1", "phone2", "phoneNumber", "phoneNo", "telephone", "mobile", "mobilePhone", "mobilePhoneNumber", "cell", "fax", "faxNumber", "defaultPhoneNumber", "shipToPhone", "billToPhone",
        "email", "email1", "email2", "mail", "mailAddress", "emailAddress", "contactEmail", "buyerEmail", "customerEmail", "shipToEmail", "billToEmail", "defaultEmailAddress",
        // Traces and words of the customer
        "browserIp", "clientIp", "ipAddress", "userAgent", "birthday", "dateOfBirth", "taxId", "vatNumber", "giftMessage", "customerNote", "buyerNote", "note", "notes");

    /// <summary>Personal inside an object about a person; elsewhere a product's or an order's.</summary>
    private static readonly FrozenSet<string> InPerson = Set("name", "name1", "name2", "title", "contact");

    /// <summary>Objects about a person or where he lives.</summary>
    private static readonly FrozenSet<string> Persons = Set(
        "customer", "buyer", "buyerInfo", "recipient", "receiver", "consignee", "consignor", "contact", "person", "party", "address", "addresses", "defaultAddress", "shippingAddress", "billingAddress",
        "deliveryAddress", "postalAddress", "shipTo", "billTo", "soldTo", "sellTo", "deliverTo", "invoiceTo", "shipToAddress", "billToAddress", "shippingAddressInfo", "destination", "payer", "contactDetails");

    /// <summary>Objects about a parcel's way: the company there is the carrier.</summary>
    private static readonly FrozenSet<string> Trackings = Set("tracking", "trackings", "trackingInfo", "trackingInfos", "trackingInfoInput", "trackingDetails");

    /// <summary>The names of a company, which under tracking is the carrier.</summary>
    private static readonly FrozenSet<string> Carriers = Set("company", "companyName");

    public static bool IsPerson(string field) => Persons.Contains(Normal(field));

    public static bool IsTracking(string field) => Trackings.Contains(Normal(field));

    /// <param name="inTracking">True inside an object about a parcel's way. What is about a person there stays personal.</param>
    public static bool IsPersonal(string field, bool inPerson, bool inTracking = false)
    {
        var name = Normal(field);
        if (inTracking && !inPerson && Carriers.Contains(name))
            return false;
        return Anywhere.Contains(name) || (inPerson && InPerson.Contains(name));
    }

    private static FrozenSet<string> Set(params string[] names) => names.Select(Normal).ToFrozenSet(StringComparer.Ordinal);

    private static string Normal(string name) => name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
}
