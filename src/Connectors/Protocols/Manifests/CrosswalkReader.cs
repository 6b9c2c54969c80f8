using ControlPlane.Domain.Crosswalks;

namespace Connectors.Protocols.Manifests;

/// <summary>
/// Reads a row's <c>crosswalk</c>: the name of a table, or <c>table</c> with <c>onMissing</c> (refuse, keep, default, leave-out), <c>direction</c>
/// (to-ours, to-theirs), <c>use</c> (code, quantity, price), and <c>by</c> or <c>code</c> for the unit of a quantity or price.
/// </summary>
internal static class CrosswalkReader
{
    public static CrosswalkRule? Read(YamlMap row, CrosswalkDirection usual)
    {
        if (!row.Has("crosswalk"))
        {
            // Asked for both ways, so that the published schema knows both.
            _ = row.Text("crosswalk");
            _ = row.Map("crosswalk");
            return null;
        }

        if (!row.IsMap("crosswalk"))
            return new(row.Required("crosswalk"), usual);
        var map = row.Map("crosswalk")!;
        var rule = new CrosswalkRule(map.Required("table"), map.Choice("direction", usual, ("to-ours", CrosswalkDirection.ToOurs), ("to-theirs", CrosswalkDirection.ToTheirs)))
        {
            OnMissing = map.Choice("onMissing", CrosswalkMissing.Refuse, ("refuse", CrosswalkMissing.Refuse), ("keep", CrosswalkMissing.Keep), ("default", CrosswalkMissing.Default), ("leave-out", CrosswalkMissing.LeaveOut)),
            Use = map.Choice("use", CrosswalkUse.Code, ("code", CrosswalkUse.Code), ("quantity", CrosswalkUse.Quantity), ("price", CrosswalkUse.Price)),
            By = map.Text("by"),
            Code = map.Text("code"),
        };
        map.Done();
        return rule;
    }
}
