using System.Globalization;
using System.Text;
using ControlPlane.Runtime.Crosswalks.Csv;
using ControlPlane.Runtime.Exports;
using ControlPlane.Runtime.Worklist;

namespace ControlPlane.Web.Features.Worklist;

/// <summary>Chosen rows as a file for a spreadsheet: RFC 4180, and no cell begins with a sign that a spreadsheet would run as a formula.</summary>
public static class WorkCsv
{
    /// <param name="reveal">True shows personal data in the words of a cause: for administrators, as in every export.</param>
    public static string Of(IEnumerable<WorkItem> items, DateTimeOffset now, bool reveal)
    {
        var text = new StringBuilder("number,kind,channel,total,currency,act by (UTC),cause,whose move,owner,team,stuck since (UTC),id\r\n");
        foreach (var item in items)
        {
            var verdict = item.Item.Verdict(now, TimeZoneInfo.Utc);
            CsvText.Write(
                text, ',', item.Item.Number, item.Item.Kind, item.Item.Channel.DisplayName, item.Item.Total?.ToDecimalText() ?? "", item.Item.Total?.Currency ?? "", Time(item.ActBy), ExportMask.Text(item.Cause, reveal) ?? "",
                verdict.System?.DisplayName ?? verdict.Move.ToString().ToLowerInvariant(), item.Owner ?? "", item.Team ?? "", Time(item.Item.Facts.Since), item.Item.Id.ToString("D"));
        }

        return text.ToString();
    }

    private static string Time(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "";
}
