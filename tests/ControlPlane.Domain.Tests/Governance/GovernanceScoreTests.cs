using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Governance;

namespace ControlPlane.Domain.Tests.Governance;

/// <summary>Rules judged by facts: what holds, what fails, what cannot be judged, and the sum of it.</summary>
public sealed class GovernanceScoreTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-11-29T12:00:00Z");

    private static readonly GovernanceFacts Bare = new() { Connection = "erp", Name = "ERP", Connector = "erp-x", Role = SystemRole.Erp };

    private static readonly GovernanceLevel[] Levels = [new("A", "well kept", 90), new("E", "unattended", 0), new("C", "has gaps", 60)];

    private static GovernanceRule Rule(GovernanceCheck check, int weight = 10, decimal? limit = null, params SystemRole[] roles) => new(check.Word(), check.Word(), check, weight, limit, roles, "why", "mend");

    private static GovernanceJudgement Judge(GovernanceCheck check, GovernanceFacts facts, decimal? limit = null) => GovernanceChecks.Judge(Rule(check, limit: limit), facts, Now);

    private static void Is(GovernanceVerdict verdict, string evidence, GovernanceJudgement judged) => Assert.Equal((verdict, evidence), (judged.Verdict, judged.Evidence));

    [Fact]
    public void The_score_is_what_holds_over_what_was_judged()
    {
        var rules = new GovernanceRuleSet(new(2026, 11, 29), Levels, [Rule(GovernanceCheck.OwnerSet, 20), Rule(GovernanceCheck.RunbookSet, 11), Rule(GovernanceCheck.CallErrors, 50), Rule(GovernanceCheck.WebhookSignature, 70), Rule(GovernanceCheck.ObjectiveSet, 90, null, SystemRole.Wms)]);
        var score = GovernanceScore.Of(rules, Bare with { Owner = "finance" }, Now);
        // 20 holds, 11 fails, 50 without traffic, 70 and 90 do not apply: 20/31 = 64.5 %, downwards.
        Assert.Equal((64, 20, 31, "C"), (score.Score, score.Held, score.Applied, score.Level!.Letter));
        Assert.Equal([GovernanceVerdict.Holds, GovernanceVerdict.Fails, GovernanceVerdict.NotJudged, GovernanceVerdict.DoesNotApply, GovernanceVerdict.DoesNotApply], score.Lines.Select(l => l.Judgement.Verdict));
        // The same facts, the same sentences.
        Assert.Equal(score.Lines.Select(l => l.Judgement), GovernanceScore.Of(rules, Bare with { Owner = "finance" }, Now).Lines.Select(l => l.Judgement));
    }

    [Fact]
    public void Without_anything_to_judge_there_is_no_score()
    {
        var score = GovernanceScore.Of(new(new(2026, 11, 29), Levels, [Rule(GovernanceCheck.CallErrors)]), Bare, Now);
        Assert.Null(score.Score);
        Assert.Null(score.Level);
    }

    [Theory]
    [InlineData(100, "A")]
    [InlineData(90, "A")]
    [InlineData(89, "C")]
    [InlineData(59, "E")]
    [InlineData(0, "E")]
    public void A_level_begins_at_its_score(int score, string letter) => Assert.Equal(letter, new GovernanceRuleSet(default, Levels, []).LevelOf(score).Letter);

    [Fact]
    public void Blind_writes_are_counted_and_told_apart()
    {
        Is(GovernanceVerdict.DoesNotApply, "It has no operation that writes.", Judge(GovernanceCheck.WritesRepeatable, Bare));
        var writes = Bare with { Writes = [new("create", WriteKind.Keyed, false), new("ship", WriteKind.Blind, true), new("note", WriteKind.Blind, false)] };
        Is(GovernanceVerdict.Fails, "1 of 3 writes can be repeated without harm. Blind: ship (looked up when an answer is lost), note (a person has to check).", Judge(GovernanceCheck.WritesRepeatable, writes));
        Assert.Equal(GovernanceVerdict.Holds, Judge(GovernanceCheck.WritesRepeatable, writes, 2).Verdict);
        Is(GovernanceVerdict.Holds, "1 of 1 writes can be repeated without harm.", Judge(GovernanceCheck.WritesRepeatable, Bare with { Writes = [new("put", WriteKind.Upsert, false)] }));
    }

    [Fact]
    public void Keys_count_only_as_they_were_sent()
    {
        var keyed = Bare with { Writes = [new("create", WriteKind.Keyed, false)] };
        Is(GovernanceVerdict.DoesNotApply, "No write of it takes a key.", Judge(GovernanceCheck.KeysSent, Bare));
        Is(GovernanceVerdict.NotJudged, "No traffic yet: no keyed write was sent within 30 days.", Judge(GovernanceCheck.KeysSent, keyed));
        Is(GovernanceVerdict.Holds, "2,000 of 2,000 keyed writes carried their key, within 30 days.", Judge(GovernanceCheck.KeysSent, keyed with { Keys = new(2000, 2000) }));
        Is(GovernanceVerdict.Fails, "1,999 of 2,000 keyed writes carried their key, of the newest 20,000 writes of all systems.", Judge(GovernanceCheck.KeysSent, keyed with { Keys = new(2000, 1999, 20_000) }));
        Assert.Equal(GovernanceVerdict.Holds, Judge(GovernanceCheck.KeysSent, keyed with { Keys = new(2000, 1999) }, 99).Verdict);
    }

    [Fact]
    public void Certificates_are_held_against_days()
    {
        Assert.Equal(GovernanceVerdict.NotJudged, Judge(GovernanceCheck.CertificateDays, Bare).Verdict);
        Is(GovernanceVerdict.Holds, "The certificate ends on 2026-12-29 UTC, in 30 days.", Judge(GovernanceCheck.CertificateDays, Bare with { Expiry = new("The certificate", Now.AddDays(30)) }));
        Is(GovernanceVerdict.Fails, "The certificate ends on 2026-12-29 UTC, in 29 days.", Judge(GovernanceCheck.CertificateDays, Bare with { Expiry = new("The certificate", Now.AddDays(30).AddTicks(-1)) }));
        Is(GovernanceVerdict.Fails, "The certificate ended on 2026-11-29 UTC.", Judge(GovernanceCheck.CertificateDays, Bare with { Expiry = new("The certificate", Now) }, 1));
    }

    [Fact]
    public void Traffic_is_judged_where_there_is_some()
    {
        Assert.Equal(GovernanceVerdict.NotJudged, Judge(GovernanceCheck.CallErrors, Bare).Verdict);
        Is(GovernanceVerdict.Holds, "20 of 1,000 calls failed (2 %) since 2026-10-30.", Judge(GovernanceCheck.CallErrors, Bare with { Calls = new(1000, 20, Now.AddDays(-30)) }));
        Is(GovernanceVerdict.Fails, "21 of 1,000 calls failed (2.1 %) since 2026-10-30.", Judge(GovernanceCheck.CallErrors, Bare with { Calls = new(1000, 21, Now.AddDays(-30)) }));
        // Calls may have failed and gone well when repeated: that no order failed is another thing, and is said so.
        var unfailed = Judge(GovernanceCheck.FailuresExplained, Bare with { Calls = new(6049, 1290, Now.AddDays(-30)) });
        Assert.Equal(GovernanceVerdict.NotJudged, unfailed.Verdict);
        Assert.StartsWith("No order failed at it within 30 days", unfailed.Evidence, StringComparison.Ordinal);
        Is(GovernanceVerdict.Fails, "94 of 100 failures of orders within 30 days are explained.", Judge(GovernanceCheck.FailuresExplained, Bare with { Failures = new(100, 94) }));
        Is(GovernanceVerdict.Holds, "95 of 100 failures of orders within 30 days are explained.", Judge(GovernanceCheck.FailuresExplained, Bare with { Failures = new(100, 95) }));
    }

    [Fact]
    public void What_people_keep_is_judged()
    {
        Is(GovernanceVerdict.Fails, "Its document names no owner.", Judge(GovernanceCheck.OwnerSet, Bare));
        Is(GovernanceVerdict.NotJudged, "This installation keeps no objectives yet.", Judge(GovernanceCheck.ObjectiveSet, Bare));
        Is(GovernanceVerdict.Fails, "No objective covers it.", Judge(GovernanceCheck.ObjectiveSet, Bare with { Objectives = [] }));
        Is(GovernanceVerdict.Holds, "Covered by: a, b, c and 1 more.", Judge(GovernanceCheck.ObjectiveSet, Bare with { Objectives = ["a", "b", "c", "d"] }));
        Is(GovernanceVerdict.Holds, "Runbook: ERP down.", Judge(GovernanceCheck.RunbookSet, Bare with { Runbooks = ["ERP down"] }));
        Is(GovernanceVerdict.Fails, "ERP is 3 days overdue.", Judge(GovernanceCheck.ReviewCurrent, Bare with { Reviews = [new("Mapping", new(2026, 12, 1), 0), new("ERP", new(2026, 11, 26), 3)] }));
        Is(GovernanceVerdict.Holds, "Next review due 2026-12-01.", Judge(GovernanceCheck.ReviewCurrent, Bare with { Reviews = [new("ERP", new(2027, 1, 1), 0), new("Mapping", new(2026, 12, 1), 0)] }));
    }

    [Fact]
    public void Mappings_retries_signatures_and_personal_data_are_judged()
    {
        Assert.Equal(GovernanceVerdict.DoesNotApply, Judge(GovernanceCheck.MappingTestsGreen, Bare).Verdict);
        Is(GovernanceVerdict.Fails, "No test is kept for its mapping.", Judge(GovernanceCheck.MappingTestsGreen, Bare with { Receives = true }));
        Is(GovernanceVerdict.Fails, "1 of 3 kept tests fail: gift card.", Judge(GovernanceCheck.MappingTestsGreen, Bare with { Receives = true, Tests = new(3, ["gift card"]) }));
        Is(GovernanceVerdict.Holds, "1 kept test, all green.", Judge(GovernanceCheck.MappingTestsGreen, Bare with { Receives = true, Tests = new(1, []) }));
        Is(GovernanceVerdict.Fails, "order/erp gives up after 1 attempt.", Judge(GovernanceCheck.RetryPolicy, Bare with { Steps = [new("order/erp", 1), new("order/ship", 12)] }));
        Is(GovernanceVerdict.Holds, "1 step calls it, each with at least 12 attempts.", Judge(GovernanceCheck.RetryPolicy, Bare with { Steps = [new("order/ship", 12)] }));
        Assert.Equal(
            [GovernanceVerdict.DoesNotApply, GovernanceVerdict.Fails, GovernanceVerdict.Holds],
            new bool?[] { null, true, false }.Select(u => Judge(GovernanceCheck.WebhookSignature, Bare with { TakesUnsigned = u }).Verdict));
        Assert.Equal(GovernanceVerdict.NotJudged, Judge(GovernanceCheck.PersonalDataTagged, Bare).Verdict);
        Is(GovernanceVerdict.Fails, "1 field looks personal and is not masked: /buyerFax.", Judge(GovernanceCheck.PersonalDataTagged, Bare with { Personal = new(40, 7, ["/buyerFax"]) }));
        Is(GovernanceVerdict.Holds, "Of 40 fields that came, 7 are personal, and masked.", Judge(GovernanceCheck.PersonalDataTagged, Bare with { Personal = new(40, 7, []) }));
        Is(GovernanceVerdict.Holds, "Of 40 fields that came, 1 is personal, and masked.", Judge(GovernanceCheck.PersonalDataTagged, Bare with { Personal = new(40, 1, []) }));
        Is(GovernanceVerdict.Holds, "None of the 18 fields that came is personal.", Judge(GovernanceCheck.PersonalDataTagged, Bare with { Personal = new(18, 0, []) }));
    }

    [Fact]
    public void Every_check_has_a_word_and_a_judgement()
    {
        Assert.Equal("mapping-tests-green", GovernanceCheck.MappingTestsGreen.Word());
        foreach (var check in Enum.GetValues<GovernanceCheck>())
        {
            Assert.Equal(check, GovernanceWords.Checks[check.Word()]);
            Assert.NotEmpty(Judge(check, Bare).Evidence);
            Assert.NotEmpty(GovernanceWords.Failing(check));
        }
    }
}
